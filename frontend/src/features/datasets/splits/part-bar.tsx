import Box from '@mui/material/Box'
import Typography from '@mui/material/Typography'
import type { PartCounts } from '@/api/types'
import { PART_COLORS, PART_LABELS, PARTS, total, type PartOrNone } from '@/features/datasets/splits/parts'
import { count, percent } from '@/lib/format'

interface Props {
  counts: PartCounts
  /** Images in no part. */
  without?: number
  height?: number
  /** Without the words below, where a legend stands elsewhere. */
  bare?: boolean
}

/** One bar, shared out among train, validation and test. */
export function PartBar({ counts, without = 0, height = 12, bare = false }: Props) {
  const all = total(counts) + without
  const shown: [PartOrNone, number][] = [...PARTS.map((part): [PartOrNone, number] => [part, counts[part] ?? 0]), ['none', without]]
  const some = shown.filter(([part, images]) => images > 0 || (part !== 'none' && !bare))
  const words = some.map(([part, images]) => `${PART_LABELS[part]} ${images}`).join(', ')
  return (
    <Box sx={{ minWidth: 0 }}>
      <Box role="img" aria-label={words || 'Empty'} sx={{ display: 'flex', gap: '2px', height, borderRadius: '4px', overflow: 'hidden', bgcolor: 'action.hover' }}>
        {some.map(([part, images]) => images > 0 && <Box key={part} style={{ flexGrow: images, background: PART_COLORS[part] }} sx={{ minWidth: 3, opacity: part === 'none' ? 0.45 : 1 }} />)}
      </Box>
      {!bare && (
        <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: '2px 16px', mt: 2 }}>
          {some.map(([part, images]) => (
            <Typography key={part} variant="caption" sx={{ display: 'inline-flex', alignItems: 'center', gap: 1.5, fontVariantNumeric: 'tabular-nums' }}>
              <Box component="span" aria-hidden style={{ background: PART_COLORS[part] }} sx={{ width: 8, height: 8, borderRadius: '2px' }} />
              {PART_LABELS[part]} <strong>{count(images)}</strong>
              <Box component="span" sx={{ color: 'text.secondary' }}>
                {all > 0 ? percent(images / all) : ''}
              </Box>
            </Typography>
          ))}
        </Box>
      )}
    </Box>
  )
}
