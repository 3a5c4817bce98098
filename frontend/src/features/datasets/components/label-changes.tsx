import Box from '@mui/material/Box'
import Typography from '@mui/material/Typography'
import type { Comparison } from '@/api/types'
import { FALLBACK_COLOR } from '@/features/datasets/components/shape-overlay'
import { count } from '@/lib/format'

const MOST = 40

function Bar({ value, largest, color, faint }: { value: number; largest: number; color: string; faint: boolean }) {
  return (
    <Box aria-hidden sx={{ height: 8, bgcolor: 'action.hover', borderRadius: '3px', overflow: 'hidden' }}>
      <Box style={{ width: `${(value / largest) * 100}%`, background: color, opacity: faint ? 0.45 : 1 }} sx={{ height: '100%', minWidth: value > 0 ? 3 : 0, borderRadius: '3px', boxShadow: 'inset 0 0 0 1px rgba(128, 128, 128, 0.6)' }} />
    </Box>
  )
}

const signed = (value: number): string => (value > 0 ? `+${count(value)}` : value < 0 ? `−${count(-value)}` : '±0')

/** Annotations per class before (faint) and after, those that changed most first; classes that neither state uses are left out. */
export function LabelChanges({ labels, colors }: { labels: Comparison['labels']; colors: ReadonlyMap<string, string> }) {
  const used = labels.filter((label) => label.before > 0 || label.after > 0)
  const largest = Math.max(1, ...used.flatMap((label) => [label.before, label.after]))
  const sorted = used.sort((a, b) => Math.abs(b.after - b.before) - Math.abs(a.after - a.before) || b.after - a.after)
  if (used.length === 0) return <Typography sx={{ color: 'text.secondary' }}>{labels.length === 0 ? 'No classes.' : 'No annotations before or after.'}</Typography>
  return (
    <Box component="ul" aria-label="Annotations per class, before and after" sx={{ listStyle: 'none', p: 0, m: 0, display: 'grid', gridTemplateColumns: { xs: 'minmax(56px, 90px) minmax(30px, 1fr) auto auto', sm: 'minmax(72px, 160px) minmax(40px, 1fr) auto auto' }, rowGap: 2.5, columnGap: 3, maxHeight: 320, overflowY: 'auto' }} tabIndex={0}>
      {sorted.slice(0, MOST).map(({ name, before, after }) => (
        <Box component="li" key={name} sx={{ display: 'grid', gridColumn: '1 / -1', gridTemplateColumns: 'subgrid', alignItems: 'center', fontSize: 13 }}>
          <Box component="span" title={name} sx={{ overflow: 'hidden', textOverflow: 'ellipsis' }}>
            {name}
          </Box>
          <Box sx={{ display: 'grid', gap: '2px' }}>
            <Bar value={before} largest={largest} color={colors.get(name) ?? FALLBACK_COLOR} faint />
            <Bar value={after} largest={largest} color={colors.get(name) ?? FALLBACK_COLOR} faint={false} />
          </Box>
          <Box component="span" sx={{ textAlign: 'right', whiteSpace: 'nowrap', fontVariantNumeric: 'tabular-nums' }}>
            {count(before)} → {count(after)}
          </Box>
          <Box component="span" sx={{ textAlign: 'right', fontVariantNumeric: 'tabular-nums', color: after === before ? 'text.secondary' : 'text.primary', fontWeight: after === before ? 400 : 600 }}>
            {signed(after - before)}
          </Box>
        </Box>
      ))}
      {sorted.length > MOST && (
        <Typography component="li" variant="caption" sx={{ gridColumn: '1 / -1', color: 'text.secondary' }}>
          and {count(sorted.length - MOST)} more classes that changed less
        </Typography>
      )}
    </Box>
  )
}
