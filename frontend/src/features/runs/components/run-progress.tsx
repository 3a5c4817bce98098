import Box from '@mui/material/Box'
import LinearProgress from '@mui/material/LinearProgress'
import type { Run } from '@/api/types'
import { isFinal } from '@/config/states'
import { percent } from '@/lib/format'

/** How far a run is, as a bar with its phase in words. */
export function RunProgress({ run, wide = false }: { run: Run; wide?: boolean }) {
  if (isFinal(run.state)) return <>–</>
  const known = run.progress !== null
  return (
    <Box sx={{ minWidth: wide ? 0 : 120, maxWidth: wide ? undefined : 180 }}>
      <Box sx={{ display: 'flex', justifyContent: 'space-between', gap: 2, fontSize: 12, color: 'text.secondary', mb: 0.5 }}>
        <Box component="span" sx={{ overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}>{run.phase || (run.state === 'waiting' ? 'in the queue' : run.state)}</Box>
        {known && <Box component="span" sx={{ whiteSpace: 'nowrap' }}>{percent(run.progress ?? 0)}</Box>}
      </Box>
      <LinearProgress
        aria-label={`Progress of ${run.name}`}
        variant={known ? 'determinate' : run.state === 'waiting' || run.state === 'queued' ? 'determinate' : 'indeterminate'}
        value={(run.progress ?? 0) * 100}
      />
    </Box>
  )
}
