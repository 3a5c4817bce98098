import Alert from '@mui/material/Alert'
import Box from '@mui/material/Box'
import LinearProgress from '@mui/material/LinearProgress'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import type { Dataset } from '@/api/types'
import { isUnderWay, lastRestoreQuery } from '@/features/datasets/api/versions'
import { toast } from '@/lib/toasts'

/** A version that is being brought back, or could not be; nothing otherwise. */
export function RestoreBanner({ dataset }: { dataset: Dataset }) {
  const { data: restore } = useQuery(lastRestoreQuery(dataset.id))
  const client = useQueryClient()
  const followed = useRef<number | null>(null)
  const goes = isUnderWay(restore ?? undefined)
  useEffect(() => {
    if (!restore) return
    if (goes) followed.current = restore.id
    else if (followed.current === restore.id) {
      followed.current = null
      void client.invalidateQueries({ queryKey: ['datasets'] })
      if (restore.state === 'succeeded') toast(restore.message)
    }
  }, [restore, goes, client])
  if (!restore) return null
  if (goes) {
    return (
      <Alert severity="info" sx={{ mb: 3 }} slotProps={{ message: { sx: { width: '100%' } } }}>
        Version {restore.version} is being brought back. {restore.message}
        <Box sx={{ mt: 2 }}>
          <LinearProgress variant="determinate" value={restore.progress * 100} aria-label="Progress of bringing the version back" />
        </Box>
      </Alert>
    )
  }
  if (restore.state !== 'failed') return null
  return (
    <Alert severity="error" sx={{ mb: 3 }}>
      Version {restore.version} could not be brought back: {restore.message}
    </Alert>
  )
}
