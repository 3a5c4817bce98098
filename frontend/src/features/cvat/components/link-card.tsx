import CloudDownload from '@mui/icons-material/CloudDownloadOutlined'
import LinkIcon from '@mui/icons-material/LinkOutlined'
import LinkOff from '@mui/icons-material/LinkOffOutlined'
import OpenInNew from '@mui/icons-material/OpenInNewOutlined'
import PlayCircle from '@mui/icons-material/PlayCircleOutlined'
import Alert from '@mui/material/Alert'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import { useState } from 'react'
import type { CvatLink, Dataset, DatasetCvat } from '@/api/types'
import { ConfirmDialog } from '@/components/ui/confirm-dialog'
import { KeyValues } from '@/components/ui/key-values'
import { RelativeTime } from '@/components/ui/relative-time'
import { Section } from '@/components/ui/section'
import { ToneChip } from '@/components/ui/state-chip'
import { useCancelTransfer, useCreateInCvat, usePull, useUnlink } from '@/features/cvat/api/cvat'
import { messageOf } from '@/lib/errors'
import { count } from '@/lib/format'
import { toast } from '@/lib/toasts'

interface Props {
  dataset: Dataset
  cvat: DatasetCvat
  link: CvatLink
}

/** What the data set is linked to, and what can be done with it now. */
export function LinkCard({ dataset, cvat, link }: Props) {
  const [unlinking, setUnlinking] = useState(false)
  const pull = usePull(dataset.id)
  const cancel = useCancelTransfer(dataset.id)
  const unlink = useUnlink(dataset.id)
  const resume = useCreateInCvat(dataset.id)
  const error = pull.error ?? cancel.error ?? resume.error
  const can = (verb: string): boolean => cvat.can.includes(verb)
  const kind = link.kind === 'project' ? 'Project' : 'Task'
  const state = cvat.current ? (['Busy', 'primary', PlayCircle] as const) : link.ready ? (['Linked', 'success', LinkIcon] as const) : (['Not complete', 'warning', LinkOff] as const)
  return (
    <Section title={link.name} actions={<ToneChip label={state[0]} tone={state[1]} icon={state[2]} />}>
      <KeyValues
        rows={[
          ['In CVAT', link.remote_id === null ? 'being made' : `${kind} ${link.remote_id}`],
          ['Server', `${link.server.name} (${link.server.address})`],
          ...(link.ready ? ([['Images', `${count(link.images.matched ?? 0)} match`]] as [string, string][]) : []),
          ['Last pull', link.last_pull?.state === 'succeeded' ? <RelativeTime key="p" at={link.last_pull.finished_at} /> : link.last_pull ? 'did not work' : 'never'],
          ['Linked', <RelativeTime key="l" at={link.created_at} />],
        ]}
      />
      {error && (
        <Alert severity="error" sx={{ mt: 3 }}>
          {messageOf(error)}
        </Alert>
      )}
      <Box sx={{ display: 'flex', gap: 2, mt: 4, flexWrap: 'wrap' }}>
        {can('pull') && cvat.current?.kind !== 'pull' && (
          <Button variant="contained" startIcon={<CloudDownload />} loading={pull.isPending} onClick={() => pull.mutate(undefined)}>
            Pull now
          </Button>
        )}
        {can('create') && link.made_here && (
          <Button variant="contained" loading={resume.isPending} onClick={() => resume.mutate({ server: link.server.id, kind: link.kind, images_per_job: 0 })}>
            Go on making it
          </Button>
        )}
        {link.url && (
          <Button component="a" href={link.url} target="_blank" rel="noreferrer" variant="outlined" startIcon={<OpenInNew />}>
            Open in CVAT
          </Button>
        )}
        {can('cancel') && (
          <Button loading={cancel.isPending} disabled={cvat.current?.cancelling} onClick={() => cancel.mutate(undefined)}>
            {cvat.current?.cancelling ? 'Cancelling…' : 'Cancel'}
          </Button>
        )}
        {can('unlink') && (
          <Button color="error" onClick={() => setUnlinking(true)}>
            Unlink
          </Button>
        )}
      </Box>
      <ConfirmDialog
        open={unlinking}
        title={`Unlink ${dataset.name}?`}
        confirm="Unlink it"
        onConfirm={async () => {
          await unlink.mutateAsync()
          toast(`${dataset.name} is no longer linked to CVAT.`)
        }}
        onClose={() => setUnlinking(false)}
      >
        Runs no longer pull annotations first. {link.remote_id === null ? 'Nothing' : `${kind} ${link.remote_id}`} in CVAT stays as it is, and so do the annotations here.
      </ConfirmDialog>
    </Section>
  )
}
