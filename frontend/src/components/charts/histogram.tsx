import Box from '@mui/material/Box'
import visuallyHidden from '@mui/utils/visuallyHidden'
import { Link } from 'react-router'
import { count } from '@/lib/format'

export interface HistogramBar {
  /** What the step is, for example "8–12 px". */
  label: string
  /** Short, for the axis. */
  tick: string
  value: number
  href: string
}

/** Counts over steps, as columns; each leads to what it counts. */
export function Histogram({ bars, label, color, unit }: { bars: HistogramBar[]; label: string; color: string; unit: string }) {
  const largest = Math.max(1, ...bars.map((bar) => bar.value))
  return (
    <Box component="ul" aria-label={label} sx={{ listStyle: 'none', p: 0, m: 0, display: 'flex', gap: '3px', alignItems: 'stretch', height: 190 }}>
      {bars.map((bar) => {
        const text = `${bar.label}: ${count(bar.value)} ${unit}`
        const column = (
          <>
            <Box component="span" sx={visuallyHidden}>
              {text}
            </Box>
            <Box sx={{ flex: 1, display: 'flex', flexDirection: 'column', justifyContent: 'flex-end', minHeight: 0 }}>
              <Box component="span" aria-hidden sx={{ fontSize: 11, color: 'text.secondary', textAlign: 'center', overflow: 'hidden', lineHeight: 1.4 }}>
                {bar.value > 0 && count(bar.value)}
              </Box>
              <Box
                style={{ height: `${(bar.value / largest) * 100}%`, background: color }}
                sx={{ minHeight: bar.value > 0 ? 3 : 0, flexShrink: 1, borderRadius: '3px 3px 0 0', boxShadow: 'inset 0 0 0 1px rgba(128, 128, 128, 0.5)' }}
              />
            </Box>
            <Box component="span" aria-hidden sx={{ fontSize: 11, color: 'text.secondary', textAlign: 'center', borderTop: 1, borderColor: 'divider', pt: 0.5, whiteSpace: 'nowrap', overflow: 'hidden' }}>
              {bar.tick}
            </Box>
          </>
        )
        const look = { display: 'flex', flexDirection: 'column', height: '100%', color: 'inherit', textDecoration: 'none' } as const
        return (
          <Box component="li" key={bar.label} sx={{ flex: 1, minWidth: 0, maxWidth: 96, position: 'relative' }} title={text}>
            {bar.value > 0 ? (
              <Box component={Link} to={bar.href} sx={{ ...look, '&:hover': { filter: 'brightness(1.15)' }, '&:focus-visible': { outline: '2px solid', outlineColor: 'primary.main' } }}>
                {column}
              </Box>
            ) : (
              <Box sx={look}>{column}</Box>
            )}
          </Box>
        )
      })}
    </Box>
  )
}
