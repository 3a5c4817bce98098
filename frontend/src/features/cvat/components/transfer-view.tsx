import Alert from '@mui/material/Alert'
import Box from '@mui/material/Box'
import LinearProgress from '@mui/material/LinearProgress'
import Typography from '@mui/material/Typography'
import type { CvatTransfer } from '@/api/types'
import { RelativeTime } from '@/components/ui/relative-time'
import { ToneChip } from '@/components/ui/state-chip'
import type { Tone } from '@/config/states'
import { TransferReport } from '@/features/cvat/components/transfer-report'

const WHAT: Record<CvatTransfer['kind'], string> = { create: 'Making it in CVAT', link: 'Looking at it in CVAT', pull: 'Pulling annotations' }
const STATES: Record<CvatTransfer['state'], [string, Tone]> = {
  queued: ['Queued', 'neutral'],
  running: ['Under way', 'primary'],
  succeeded: ['Done', 'success'],
  failed: ['Failed', 'error'],
  cancelled: ['Cancelled', 'neutral'],
}

/** One thing done with CVAT: how it is going, or what came of it. */
export function TransferView({ transfer }: { transfer: CvatTransfer }) {
  const [label, tone] = STATES[transfer.state]
  const going = transfer.state === 'queued' || transfer.state === 'running'
  return (
    <Box>
      <Box sx={{ display: 'flex', gap: 3, alignItems: 'center', mb: 2, flexWrap: 'wrap' }}>
        <ToneChip tone={tone} label={label} />
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
          {transfer.message || (going ? 'Waits for a worker.' : '')}
        </Typography>
      )}
      {transfer.state === 'succeeded' && <TransferReport report={transfer.report} />}
    </Box>
  )
}
