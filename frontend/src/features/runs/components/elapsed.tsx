import type { Run } from '@/api/types'
import { isFinal } from '@/config/states'
import { duration } from '@/lib/format'
import { useNow } from '@/lib/use-now'

/** How long a run took, or has been going for; moves while it runs. */
export function Elapsed({ run }: { run: Pick<Run, 'state' | 'duration' | 'started_at'> }) {
  const moving = !isFinal(run.state) && run.started_at !== null
  const now = useNow(moving ? 1000 : null)
  const seconds = moving && run.started_at ? (now - new Date(run.started_at).getTime()) / 1000 : run.duration
  return <span style={{ fontVariantNumeric: 'tabular-nums', whiteSpace: 'nowrap' }}>{duration(seconds)}</span>
}
