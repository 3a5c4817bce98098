import Box from '@mui/material/Box'
import { count } from '@/lib/format'

export interface CountBar {
  label: string
  value: number
  color: string
}

/** Counts as bars, the largest first; the number stands beside its bar. */
export function CountBars({ bars, label, onPick }: { bars: CountBar[]; label: string; onPick?: (label: string) => void }) {
  const largest = Math.max(1, ...bars.map((bar) => bar.value))
  const sorted = [...bars].sort((a, b) => b.value - a.value)
  return (
    <Box component="ul" aria-label={label} sx={{ listStyle: 'none', p: 0, m: 0, display: 'grid', gap: 2 }}>
      {sorted.map((bar) => (
        <Box
          component="li"
          key={bar.label}
          sx={{ display: 'grid', gridTemplateColumns: 'minmax(80px, 160px) 1fr 64px', gap: 3, alignItems: 'center', fontSize: 13 }}
        >
          {onPick ? (
            <Box component="button" type="button" onClick={() => onPick(bar.label)} sx={{ all: 'unset', cursor: 'pointer', overflow: 'hidden', textOverflow: 'ellipsis', '&:hover': { color: 'primary.main' }, '&:focus-visible': { outline: 2, outlineColor: 'primary.main' } }}>
              {bar.label}
            </Box>
          ) : (
            <Box component="span" sx={{ overflow: 'hidden', textOverflow: 'ellipsis' }}>
              {bar.label}
            </Box>
          )}
          <Box aria-hidden sx={{ height: 14, bgcolor: 'action.hover', borderRadius: '4px', overflow: 'hidden' }}>
            <Box style={{ width: `${(bar.value / largest) * 100}%`, background: bar.color }} sx={{ height: '100%', minWidth: bar.value > 0 ? 3 : 0, borderRadius: '4px', boxShadow: 'inset 0 0 0 1px rgba(128, 128, 128, 0.6)' }} />
          </Box>
          <Box component="span" sx={{ textAlign: 'right', fontVariantNumeric: 'tabular-nums' }}>
            {count(bar.value)}
          </Box>
        </Box>
      ))}
    </Box>
  )
}
