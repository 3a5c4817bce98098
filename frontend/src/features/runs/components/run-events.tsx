import Box from '@mui/material/Box'
import Typography from '@mui/material/Typography'
import type { RunDetail } from '@/api/types'
import { StateChip } from '@/components/ui/state-chip'
import { STATES } from '@/config/states'
import { duration, exactTime } from '@/lib/format'

/** Every change of state with its time, reason, and how long the state lasted. */
export function RunEvents({ run }: { run: RunDetail }) {
  return (
    <Box component="ol" aria-label="Changes of state" sx={{ listStyle: 'none', m: 0, p: 0, maxWidth: 760 }}>
      {run.changes.map((change, index) => {
        const next = run.changes[index + 1]
        const lasted = next ? (new Date(next.at).getTime() - new Date(change.at).getTime()) / 1000 : null
        return (
          <Box component="li" key={`${change.to_state}-${change.at}`} sx={{ display: 'grid', gridTemplateColumns: { xs: '1fr', sm: '130px 1fr auto' }, gap: '4px 16px', py: 3, borderBottom: 1, borderColor: 'divider', alignItems: 'start' }}>
            <Box>
              <StateChip state={change.to_state} />
            </Box>
            <Box>
              <Typography variant="body2">{change.reason || STATES[change.to_state]?.meaning}</Typography>
              {lasted !== null && (
                <Typography variant="caption" sx={{ color: 'text.secondary' }}>
                  for {duration(lasted)}
                </Typography>
              )}
            </Box>
            <Typography component="time" variant="body2" sx={{ color: 'text.secondary', whiteSpace: 'nowrap' }}>
              {exactTime(change.at)}
            </Typography>
          </Box>
        )
      })}
    </Box>
  )
}
