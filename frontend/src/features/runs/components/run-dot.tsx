import Box from '@mui/material/Box'
import { seriesColor } from '@/config/theme'

/** The colour a run has in every chart. */
export function RunDot({ id }: { id: number }) {
  return <Box component="span" aria-hidden style={{ background: seriesColor(id) }} sx={{ display: 'inline-block', width: 10, height: 10, borderRadius: '50%', mr: 2, flexShrink: 0 }} />
}
