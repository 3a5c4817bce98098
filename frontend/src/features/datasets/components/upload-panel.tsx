import Close from '@mui/icons-material/CloseOutlined'
import ExpandLess from '@mui/icons-material/ExpandLessOutlined'
import ExpandMore from '@mui/icons-material/ExpandMoreOutlined'
import Pause from '@mui/icons-material/PauseOutlined'
import PlayArrow from '@mui/icons-material/PlayArrowOutlined'
import Refresh from '@mui/icons-material/RefreshOutlined'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import IconButton from '@mui/material/IconButton'
import LinearProgress from '@mui/material/LinearProgress'
import Link from '@mui/material/Link'
import Paper from '@mui/material/Paper'
import Typography from '@mui/material/Typography'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { Link as RouterLink } from 'react-router'
import { paths } from '@/config/paths'
import { importQuery } from '@/features/datasets/api/datasets'
import { AnswerConflictsButton } from '@/features/datasets/components/answer-conflicts-button'
import { ContinueUploadButton } from '@/features/datasets/components/continue-upload-button'
import { ImportActions } from '@/features/datasets/components/import-actions'
import { UploadFileList } from '@/features/datasets/components/upload-file-list'
import { filesSent, isSending, sentBytes, type UploadJob } from '@/features/datasets/uploads/upload-job'
import { dropUpload, pauseUpload, resumeUpload, useUploads } from '@/features/datasets/uploads/upload-manager'
import { bytes, plural } from '@/lib/format'
import { toast } from '@/lib/toasts'
import { messageOf } from '@/lib/errors'

function stateLine(job: UploadJob): string {
  const done = filesSent(job)
  const total = job.files.length
  switch (job.state) {
    case 'preparing':
      return 'Preparing…'
    case 'uploading':
      return `${done} of ${plural(total, 'file')} · ${bytes(sentBytes(job))} of ${bytes(job.totalBytes)}`
    case 'waiting':
      return `${job.problem ?? 'The server does not answer.'} It goes on by itself.`
    case 'paused':
      return `Paused at ${done} of ${plural(total, 'file')}`
    case 'interrupted':
      return 'Cut off by a reload. Choose the same files or folder again to go on where it stopped.'
    case 'starting':
      return 'All files are there; the import starts…'
    case 'started':
      return `${plural(total, 'file')} sent`
    case 'failed':
      return job.problem ?? 'Failed'
  }
}

function ImportLine({ id }: { id: number }) {
  const found = useQuery(importQuery(id))
  const client = useQueryClient()
  const ended = found.data?.finished_at ?? null
  useEffect(() => {
    if (ended !== null) void client.invalidateQueries({ queryKey: ['datasets'] })
  }, [client, ended])
  if (!found.data) return null
  const { state, progress, message, report } = found.data
  const text =
    state === 'succeeded'
      ? `Imported: ${plural(report?.images ?? 0, 'image')}, ${plural(report?.annotated ?? 0, 'annotated image')}`
      : message || (state === 'failed' ? 'The import failed; its report says why.' : 'Importing…')
  return (
    <Box sx={{ mt: 1 }}>
      {(state === 'running' || state === 'queued') && (
        <LinearProgress
          aria-label="Import"
          variant={progress === null ? 'indeterminate' : 'determinate'}
          value={(progress ?? 0) * 100}
          sx={{ mb: 1 }}
        />
      )}
      <Typography variant="body2" color={state === 'failed' ? 'error' : undefined}>
        {text}
      </Typography>
      {state === 'asking' && <AnswerConflictsButton importId={id} />}
      {state !== 'succeeded' && <ImportActions found={found.data} />}
    </Box>
  )
}

function Job({ job }: { job: UploadJob }) {
  const [open, setOpen] = useState(false)
  const share = job.totalBytes === 0 ? 1 : sentBytes(job) / job.totalBytes
  const drop = (): void => {
    dropUpload(job.key).catch((error: unknown) => toast(messageOf(error), 'error'))
  }
  const target = paths.dataset(job.project, job.dataset, job.state === 'started' ? 'imports' : 'images')
  return (
    <Box component="section" aria-label={`Upload to ${job.datasetName}`} sx={{ px: 4, py: 3, borderTop: 1, borderColor: 'divider' }}>
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 1 }}>
        <Link component={RouterLink} to={target} color="text.primary" underline="hover" sx={{ flex: 1, fontWeight: 600, minWidth: 0, overflow: 'hidden', textOverflow: 'ellipsis' }}>
          {job.datasetName}
        </Link>
        {isSending(job) && (
          <IconButton aria-label="Pause" onClick={() => pauseUpload(job.key)}>
            <Pause fontSize="small" />
          </IconButton>
        )}
        {job.state === 'paused' && (
          <IconButton aria-label="Go on" onClick={() => resumeUpload(job.key)}>
            <PlayArrow fontSize="small" />
          </IconButton>
        )}
        {job.state === 'failed' && (
          <IconButton aria-label="Try again" onClick={() => resumeUpload(job.key)}>
            <Refresh fontSize="small" />
          </IconButton>
        )}
        <IconButton aria-label={job.state === 'started' ? 'Close' : 'Cancel this upload'} onClick={drop}>
          <Close fontSize="small" />
        </IconButton>
      </Box>
      {job.state !== 'started' && job.state !== 'interrupted' && (
        <LinearProgress variant="determinate" aria-label="All files" value={share * 100} color={job.state === 'failed' ? 'error' : 'primary'} sx={{ my: 1 }} />
      )}
      <Typography variant="body2" role="status" color={job.state === 'failed' ? 'error' : 'textSecondary'}>
        {stateLine(job)}
      </Typography>
      {job.state === 'interrupted' && job.importId !== null && <ContinueUploadButton target={job} importId={job.importId} />}
      {job.state === 'started' && job.importId !== null && <ImportLine id={job.importId} />}
      {job.files.length > 0 && (
        <Button onClick={() => setOpen(!open)} endIcon={open ? <ExpandLess /> : <ExpandMore />} aria-expanded={open} sx={{ ml: -3, mt: 1, minHeight: 26 }}>
          {open ? 'Hide files' : 'Show files'}
        </Button>
      )}
      {open && <UploadFileList job={job} />}
    </Box>
  )
}

/** Uploads at the lower corner of every page. */
export function UploadPanel() {
  const jobs = useUploads()
  const [open, setOpen] = useState(true)
  if (jobs.length === 0) return null
  const sending = jobs.filter(isSending).length
  return (
    <Paper
      variant="outlined"
      component="aside"
      aria-label="Uploads"
      sx={{ position: 'fixed', right: 16, bottom: 16, width: 'min(380px, calc(100vw - 32px))', zIndex: 'drawer', boxShadow: 8, maxHeight: '70vh', overflow: 'auto' }}
    >
      <Box sx={{ display: 'flex', alignItems: 'center', px: 4, py: 2 }}>
        <Typography variant="h4" component="h2" sx={{ flex: 1 }}>
          {sending > 0 ? `Uploading to ${plural(sending, 'data set')}` : 'Uploads'}
        </Typography>
        <IconButton aria-label={open ? 'Fold uploads' : 'Unfold uploads'} aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? <ExpandMore /> : <ExpandLess />}
        </IconButton>
      </Box>
      {open && jobs.map((job) => <Job key={job.key} job={job} />)}
    </Paper>
  )
}
