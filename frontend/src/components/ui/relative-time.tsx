import Tooltip from '@mui/material/Tooltip'
import { ago, exactTime } from '@/lib/format'
import { useNow } from '@/lib/use-now'

/** "3 minutes ago", with the exact time on hover and for screen readers. */
export function RelativeTime({ at }: { at: string | null | undefined }) {
  const now = useNow()
  if (!at) return <>–</>
  return (
    <Tooltip title={exactTime(at)}>
      <time dateTime={at} style={{ whiteSpace: 'nowrap' }}>
        {ago(at, now)}
      </time>
    </Tooltip>
  )
}
