import Search from '@mui/icons-material/TroubleshootOutlined'
import Tune from '@mui/icons-material/TuneOutlined'
import Alert from '@mui/material/Alert'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import LinearProgress from '@mui/material/LinearProgress'
import Typography from '@mui/material/Typography'
import { useState } from 'react'
import type { Dataset, Examination, ExaminationOptions } from '@/api/types'
import { RelativeTime } from '@/components/ui/relative-time'
import { isWorking, useCancelExamination, useExamine } from '@/features/datasets/api/doctor'
import { ExaminationDialog } from '@/features/datasets/components/doctor/examination-dialog'
import { messageOf } from '@/lib/errors'
import { toast } from '@/lib/toasts'

interface Props {
  dataset: Dataset
  examination: Examination
  mayEdit: boolean
}

/** When the data set was examined, whether that still holds, how far one is that is under way, and how to begin one. */
export function ExaminationBar({ dataset, examination, mayEdit }: Props) {
  const [choosing, setChoosing] = useState(false)
  const examine = useExamine(dataset.id)
  const cancel = useCancelExamination(dataset.id)
  const working = isWorking(examination.state)
  const start = (options?: Partial<ExaminationOptions>): void =>
    examine.mutate(options, { onError: (error) => toast(messageOf(error), 'error') })
  return (
    <Box sx={{ mb: 4 }}>
      <Box sx={{ display: 'flex', gap: 3, alignItems: 'center', flexWrap: 'wrap' }}>
        <Typography variant="body2" sx={{ color: 'text.secondary', flex: '1 1 240px' }}>
          {examination.state === 'succeeded' && examination.finished_at && (
            <>
              Examined <RelativeTime at={examination.finished_at} />: {examination.message}
            </>
          )}
          {examination.state === 'none' && 'Not examined yet. Data sets are examined by themselves after each change.'}
          {working && (examination.message || 'Waiting for a worker')}
          {examination.state === 'cancelled' && 'The last examination was cancelled. What is below is from before it.'}
        </Typography>
        {mayEdit && (
          <Box sx={{ display: 'flex', gap: 2 }}>
            <Button size="small" startIcon={<Tune />} disabled={working} onClick={() => setChoosing(true)}>
              Thresholds
            </Button>
            {working ? (
              <Button size="small" variant="outlined" loading={cancel.isPending} onClick={() => cancel.mutate(undefined, { onError: (error) => toast(messageOf(error), 'error') })}>
                Cancel
              </Button>
            ) : (
              <Button size="small" variant="outlined" startIcon={<Search />} loading={examine.isPending} disabled={dataset.image_count === 0} onClick={() => start()}>
                Examine now
              </Button>
            )}
          </Box>
        )}
      </Box>
      {working && <LinearProgress sx={{ mt: 2 }} variant={examination.progress > 0 ? 'determinate' : 'indeterminate'} value={examination.progress * 100} aria-label="Examination" />}
      {examination.state === 'failed' && (
        <Alert severity="error" sx={{ mt: 2 }}>
          {examination.message}
        </Alert>
      )}
      {examination.stale && !working && (
        <Alert severity="warning" sx={{ mt: 2 }}>
          The data set has changed since. What is below is about what it was before; it is examined again by itself when it stays still.
        </Alert>
      )}
      {choosing && <ExaminationDialog options={examination.options} onStart={(options) => { setChoosing(false); start(options) }} onClose={() => setChoosing(false)} />}
    </Box>
  )
}
