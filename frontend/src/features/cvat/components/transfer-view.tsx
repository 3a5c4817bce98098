import Cancel from '@mui/icons-material/BlockOutlined'
import CheckCircle from '@mui/icons-material/CheckCircleOutlined'
import ErrorIcon from '@mui/icons-material/ErrorOutlineOutlined'
import PlayCircle from '@mui/icons-material/PlayCircleOutlined'
import Schedule from '@mui/icons-material/ScheduleOutlined'
import Alert from '@mui/material/Alert'
import Box from '@mui/material/Box'
import LinearProgress from '@mui/material/LinearProgress'
import Typography from '@mui/material/Typography'
import type { CvatTransfer } from '@/api/types'
import type { IconType } from '@/components/ui/icon-type'
import { RelativeTime } from '@/components/ui/relative-time'
import { ToneChip } from '@/components/ui/state-chip'
import type { Tone } from '@/config/states'
import { TransferReport } from '@/features/cvat/components/transfer-report'

const WHAT: Record<CvatTransfer['kind'], string> = { create: 'Making it in CVAT', link: 'Looking at it in CVAT', pull: 'Pulling annotations' }
const STATES: Record<CvatTransfer['state'], [string, Tone, IconType]> = {
  queued: ['Queued', 'neutral', Schedule],
  running: ['Under way', 'primary', PlayCircle],
  succeeded: ['Done', 'success', CheckCircle],
  failed: ['Failed', 'error', ErrorIcon],
  cancelled: ['Cancelled', 'neutral', Cancel],
}

/** One thing done with CVAT: how it is going, or what came of it. */
export function TransferView({ transfer }: { transfer: CvatTransfer }) {
  const [label, tone, icon] = STATES[transfer.state]
  const going = transfer.state === 'queued' || transfer.state === 'running'
  return (
    <Box>
      <Box sx={{ display: 'flex', gap: 3, alignItems: 'center', mb: 2, flexWrap: 'wrap' }}>
        <ToneChip tone={tone} label={label} icon={icon} />
        <Typography variant="body2" sx={{ color: 'text.secondary' }}>
          {WHAT[transfer.kind]} · <RelativeTime at={transfer.finished_at ?? transfer.created_at} />
          {transfer.created_by && ` · ${transfer.created_by.username}`}
        </Typography>
      </Box>
      {going && (
        <LinearProgress
          aria-label={WHAT[transfer.kind]}
          variant={transfer.state === 'queued' ? 'indeterminate' : 'determinate'}
          value={transfer.progress * 100}
          sx={{ mb: 2 }}
        />
      )}
      {transfer.state === 'failed' ? (
        <Alert severity="error">{transfer.message}</Alert>
      ) : (
        <Typography variant="body2" aria-live={going ? 'polite' : undefined}>
          {transfer.message || (transfer.state === 'queued' ? 'Waits for a worker.' : going ? 'Signing in to CVAT.' : '')}
        </Typography>
      )}
      {transfer.state === 'succeeded' && <TransferReport report={transfer.report} />}
    </Box>
  )
}
