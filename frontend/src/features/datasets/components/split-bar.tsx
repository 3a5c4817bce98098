import Box from '@mui/material/Box'
import Tooltip from '@mui/material/Tooltip'
import type { PartCounts } from '@/api/types'
import { PART_COLORS, PARTS } from '@/features/datasets/splits/parts'
import { count } from '@/lib/format'

/** How many images are in each part: as figures, with a thin bar below. */
export function SplitBar({ name, counts }: { name: string; counts: PartCounts }) {
  const parts = PARTS.filter((part) => (counts[part] ?? 0) > 0)
  if (parts.length === 0) return <Box component="span" sx={{ color: 'text.secondary' }}>none</Box>
  const text = parts.map((part) => `${part} ${count(counts[part] ?? 0)}`).join(' · ')
  return (
    <Tooltip title={`Split ${name}: ${text}`}>
      <Box component="span" sx={{ display: 'inline-block', minWidth: 96 }}>
        <Box component="span" sx={{ fontSize: 12, whiteSpace: 'nowrap' }}>
          {text}
        </Box>
        <Box component="span" aria-hidden sx={{ display: 'flex', height: 4, borderRadius: '2px', overflow: 'hidden', gap: '1px', mt: '2px' }}>
          {parts.map((part) => (
            <Box key={part} component="span" style={{ flexGrow: counts[part], background: PART_COLORS[part] }} />
          ))}
        </Box>
      </Box>
    </Tooltip>
  )
}
