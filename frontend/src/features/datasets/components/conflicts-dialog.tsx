import Alert from '@mui/material/Alert'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Dialog from '@mui/material/Dialog'
import DialogActions from '@mui/material/DialogActions'
import DialogContent from '@mui/material/DialogContent'
import DialogTitle from '@mui/material/DialogTitle'
import Pagination from '@mui/material/Pagination'
import Skeleton from '@mui/material/Skeleton'
import ToggleButton from '@mui/material/ToggleButton'
import ToggleButtonGroup from '@mui/material/ToggleButtonGroup'
import Typography from '@mui/material/Typography'
import { useQuery } from '@tanstack/react-query'
import { useId, useState } from 'react'
import type { ConflictAnswer, NameConflict } from '@/api/types'
import { ErrorState } from '@/components/ui/error-state'
import { conflictsQuery, useAnswerConflicts } from '@/features/datasets/api/datasets'
import { messageOf } from '@/lib/errors'
import { bytes, count, plural } from '@/lib/format'

const PAGE = 20
const WORDS: [ConflictAnswer, string][] = [
  ['keep', 'Keep the old'],
  ['replace', 'Replace'],
  ['rename', 'Keep both'],
]

const date = (at: string | null | undefined): string => (at ? new Date(at).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' }) : '')

function Choice({ label, value, onChoose }: { label: string; value: ConflictAnswer | ''; onChoose: (answer: ConflictAnswer) => void }) {
  return (
    <ToggleButtonGroup exclusive size="small" aria-label={label} value={value} onChange={(_, answer: ConflictAnswer | null) => answer && onChoose(answer)}>
      {WORDS.map(([answer, word]) => (
        <ToggleButton key={answer} value={answer} sx={{ textTransform: 'none', px: 2 }}>
          {word}
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  )
}

interface SideProps {
  title: string
  picture: string | null
  facts: string[]
}

function Side({ title, picture, facts }: SideProps) {
  return (
    <Box sx={{ minWidth: 0 }}>
      <Box sx={{ height: 112, bgcolor: 'action.hover', borderRadius: 1, display: 'grid', placeItems: 'center', overflow: 'hidden' }}>
        {picture ? (
          <Box component="img" src={picture} alt={title} loading="lazy" sx={{ maxWidth: '100%', maxHeight: 112, objectFit: 'contain' }} />
        ) : (
          <Typography variant="caption">No picture</Typography>
        )}
      </Box>
      <Typography variant="caption" component="p" sx={{ fontWeight: 600, mt: 1 }}>
        {title}
      </Typography>
      {facts.filter(Boolean).map((fact) => (
        <Typography key={fact} variant="caption" component="p" sx={{ color: 'text.secondary' }}>
          {fact}
        </Typography>
      ))}
    </Box>
  )
}

const size = (of: { width?: number | null; height?: number | null; size: number }): string => `${of.width ?? '?'} × ${of.height ?? '?'} · ${bytes(of.size)}`

function Row({ conflict, answer, onChoose }: { conflict: NameConflict; answer: ConflictAnswer | ''; onChoose: (answer: ConflictAnswer) => void }) {
  const { old } = conflict
  return (
    <Box component="li" sx={{ display: 'grid', gridTemplateColumns: { xs: '1fr 1fr', md: '180px 180px 1fr' }, gap: 3, py: 3, borderTop: 1, borderColor: 'divider' }}>
      <Side
        title="There now"
        picture={old?.thumbnail_url ?? null}
        facts={old ? [size(old), old.imported_at ? `imported ${date(old.imported_at)}` : '', old.shape_count > 0 ? plural(old.shape_count, 'annotation') : 'not annotated'] : ['It was removed meanwhile']}
      />
      <Side title="New" picture={conflict.thumbnail_url} facts={[size(conflict), conflict.modified_at ? `changed ${date(conflict.modified_at)}` : '']} />
      <Box sx={{ gridColumn: { xs: '1 / -1', md: 'auto' }, minWidth: 0 }}>
        <Typography component="code" sx={{ display: 'block', mb: 2, fontSize: 13, overflowWrap: 'anywhere', unicodeBidi: 'isolate' }}>
          {conflict.path}
        </Typography>
        <Choice label={`What becomes of ${conflict.path}`} value={answer} onChoose={onChoose} />
      </Box>
    </Box>
  )
}

/** Asks what becomes of files whose names are taken: for each with both pictures, or for all at once. */
export function ConflictsDialog({ importId, onClose }: { importId: number; onClose: () => void }) {
  const [page, setPage] = useState(1)
  const [answers, setAnswers] = useState<Record<number, ConflictAnswer>>({})
  const [rest, setRest] = useState<ConflictAnswer | ''>('')
  const found = useQuery(conflictsQuery(importId, page, PAGE))
  const send = useAnswerConflicts(importId)
  const titleId = useId()
  const total = found.data?.count ?? 0
  const answered = Object.keys(answers).length
  const ready = rest !== '' || (total > 0 && answered >= total)
  const submit = (): void => {
    const given = Object.entries(answers).map(([conflict, answer]) => ({ conflict: Number(conflict), answer }))
    send.mutate({ answers: given, rest }, { onSuccess: onClose })
  }
  return (
    <Dialog open onClose={onClose} fullWidth maxWidth="md" aria-labelledby={titleId}>
      <DialogTitle id={titleId}>Images of these names are there already</DialogTitle>
      <DialogContent>
        <Typography variant="body2" sx={{ color: 'text.secondary', mb: 3 }}>
          {plural(total, 'file')} of this import {total === 1 ? 'has the name' : 'have the names'} of images in the data set, but other content. Replacing keeps the annotations of the old image;
          versions made before keep its old content.
        </Typography>
        <Box sx={{ display: 'flex', gap: 3, alignItems: 'center', flexWrap: 'wrap', mb: 3 }}>
          <Typography sx={{ fontWeight: 600 }}>{answered > 0 ? 'All others' : 'All of them'}</Typography>
          <Choice label="What becomes of all others" value={rest} onChoose={(answer) => setRest(rest === answer ? '' : answer)} />
        </Box>
        {found.isError && <ErrorState error={found.error} onRetry={() => void found.refetch()} what="files" />}
        {!found.data && !found.isError && <Skeleton variant="rounded" height={160} />}
        {found.data && (
          <Box component="ul" aria-label="Files" sx={{ listStyle: 'none', m: 0, p: 0 }}>
            {found.data.results.map((one) => (
              <Row key={one.id} conflict={one} answer={answers[one.id] ?? rest} onChoose={(answer) => setAnswers({ ...answers, [one.id]: answer })} />
            ))}
          </Box>
        )}
        {total > PAGE && <Pagination count={Math.ceil(total / PAGE)} page={page} onChange={(_, to) => setPage(to)} sx={{ mt: 2 }} />}
        {send.error && (
          <Alert severity="error" sx={{ mt: 3 }}>
            {messageOf(send.error)}
          </Alert>
        )}
      </DialogContent>
      <DialogActions sx={{ px: 6, pb: 4 }}>
        <Typography variant="caption" sx={{ flex: 1, color: 'text.secondary' }}>
          {ready ? '' : `${count(total - answered)} left to answer`}
        </Typography>
        <Button onClick={onClose}>Later</Button>
        <Button variant="contained" disabled={!ready} loading={send.isPending} onClick={submit}>
          Go on with the import
        </Button>
      </DialogActions>
    </Dialog>
  )
}
