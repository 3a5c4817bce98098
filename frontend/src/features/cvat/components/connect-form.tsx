import Alert from '@mui/material/Alert'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import MenuItem from '@mui/material/MenuItem'
import TextField from '@mui/material/TextField'
import ToggleButton from '@mui/material/ToggleButton'
import ToggleButtonGroup from '@mui/material/ToggleButtonGroup'
import Typography from '@mui/material/Typography'
import { useState, type FormEvent } from 'react'
import type { CvatServer, Dataset } from '@/api/types'
import { Section } from '@/components/ui/section'
import { useCreateInCvat, useLinkToCvat } from '@/features/cvat/api/cvat'
import { messageOf } from '@/lib/errors'
import { plural } from '@/lib/format'

/** The id in what somebody pasted: a number, or the address of a task or project. */
function pasted(text: string): { kind: 'task' | 'project' | null; id: number | null } {
  const found = /\/(tasks|projects)\/(\d+)/.exec(text)
  if (found) return { kind: found[1] === 'projects' ? 'project' : 'task', id: Number(found[2]) }
  return { kind: null, id: /^\d+$/.test(text.trim()) ? Number(text.trim()) : null }
}

/** Makes a task or project from the data set, or links it to one that is there. */
export function ConnectForm({ dataset, servers }: { dataset: Dataset; servers: CvatServer[] }) {
  const [way, setWay] = useState<'create' | 'link'>('create')
  const [server, setServer] = useState(servers[0]?.id ?? 0)
  const [kind, setKind] = useState<'task' | 'project'>('task')
  const [name, setName] = useState('')
  const [perJob, setPerJob] = useState('200')
  const [remote, setRemote] = useState('')
  const create = useCreateInCvat(dataset.id)
  const link = useLinkToCvat(dataset.id)
  const doing = way === 'create' ? create : link
  const { kind: pastedKind, id } = pasted(remote)
  const linkKind = pastedKind ?? kind
  const jobs = /^\d*$/.test(perJob.trim()) ? Number(perJob.trim() || 0) : null
  const ready = way === 'create' ? jobs !== null && dataset.image_count > 0 : id !== null
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    if (way === 'create' && jobs !== null) create.mutate({ server, kind, name: name.trim(), images_per_job: jobs })
    if (way === 'link' && id !== null) link.mutate({ server, kind: linkKind, remote_id: id })
  }
  return (
    <Section title="Annotate in CVAT">
      <Typography variant="body2" sx={{ color: 'text.secondary', mb: 4 }}>
        CVAT is where your team draws. Once linked, the annotations can be pulled from there at any time, and every run on this data set pulls them first.
      </Typography>
      <Box component="form" onSubmit={submit} sx={{ display: 'grid', gap: 4, maxWidth: 520 }}>
        <ToggleButtonGroup exclusive size="small" value={way} onChange={(_, value: 'create' | 'link' | null) => value && setWay(value)} aria-label="How to connect" sx={{ flexWrap: 'wrap' }}>
          <ToggleButton value="create">Make it in CVAT</ToggleButton>
          <ToggleButton value="link">Link what is there</ToggleButton>
        </ToggleButtonGroup>
        <TextField select label="CVAT server" value={server} onChange={(event) => setServer(Number(event.target.value))}>
          {servers.map((one) => (
            <MenuItem key={one.id} value={one.id}>
              {one.name}
            </MenuItem>
          ))}
        </TextField>
        {way === 'link' && (
          <TextField
            label="Address or number in CVAT"
            required
            value={remote}
            onChange={(event) => setRemote(event.target.value)}
            error={remote !== '' && id === null}
            helperText={remote !== '' && id === null ? 'Paste the address of a task or project, or type its number.' : 'As in …/tasks/12, copied from the browser'}
          />
        )}
        <TextField select label="What" value={way === 'link' ? linkKind : kind} disabled={way === 'link' && pastedKind !== null} onChange={(event) => setKind(event.target.value as 'task' | 'project')}>
          <MenuItem value="task">A task</MenuItem>
          <MenuItem value="project">A project{way === 'create' ? ' with one task' : ''}</MenuItem>
        </TextField>
        {way === 'create' && (
          <>
            <TextField label="Name" value={name} onChange={(event) => setName(event.target.value)} placeholder={dataset.name} slotProps={{ inputLabel: { shrink: true } }} />
            <TextField label="Images per job" value={perJob} inputMode="numeric" error={jobs === null} onChange={(event) => setPerJob(event.target.value)} helperText="A job is what one annotator takes on; empty for one job with all images" />
          </>
        )}
        {doing.error && <Alert severity="error">{messageOf(doing.error)}</Alert>}
        <Typography variant="body2" sx={{ color: 'text.secondary' }}>
          {way === 'create'
            ? `${plural(dataset.image_count, 'image')}, ${plural(dataset.labels.length, 'class', 'classes')} and ${plural(dataset.shape_count, 'annotation')} are sent.`
            : 'Images are matched by file name; you see how many match. Nothing is changed in CVAT, and nothing here until you pull.'}
        </Typography>
        <Box>
          <Button type="submit" variant="contained" loading={doing.isPending} disabled={!ready}>
            {way === 'create' ? `Make the ${kind}` : `Link the ${linkKind}`}
          </Button>
        </Box>
      </Box>
    </Section>
  )
}
