import Alert from '@mui/material/Alert'
import Box from '@mui/material/Box'
import LinearProgress from '@mui/material/LinearProgress'
import type { ReactNode } from 'react'
import { isUnderWay } from '@/features/datasets/api/pending'

interface Props {
  work: { state: string; progress: number; message: string }
  /** What is being done, as a sentence. */
  doing: ReactNode
  /** What could not be done, as the beginning of a sentence. */
  failed: ReactNode
}

/** What a worker does for the data set just now, or why it could not; nothing once it has succeeded. */
export function WorkProgress({ work, doing, failed }: Props) {
  if (isUnderWay(work)) {
    return (
      <Alert severity="info" sx={{ mb: 3 }} slotProps={{ message: { sx: { width: '100%' } } }}>
        {doing} {work.message}
        <Box sx={{ mt: 2 }}>
          <LinearProgress variant={work.progress > 0 ? 'determinate' : 'indeterminate'} value={work.progress * 100} aria-label="Progress" />
        </Box>
      </Alert>
    )
  }
  if (work.state !== 'failed') return null
  return (
    <Alert severity="error" sx={{ mb: 3 }}>
      {failed}: {work.message}
    </Alert>
  )
}
