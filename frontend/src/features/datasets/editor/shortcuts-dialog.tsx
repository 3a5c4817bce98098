import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Dialog from '@mui/material/Dialog'
import DialogActions from '@mui/material/DialogActions'
import DialogContent from '@mui/material/DialogContent'
import DialogTitle from '@mui/material/DialogTitle'
import Typography from '@mui/material/Typography'
import { useId } from 'react'

const LOOKING: [string, string][] = [
  ['← →', 'image before, image after'],
  ['+ − 0', 'zoom in, out, fit'],
  ['wheel, two fingers', 'zoom'],
  ['S', 'show or hide annotations'],
  ['E', 'begin or end editing'],
  ['?', 'this list'],
]
const EDITING: [string, string][] = [
  ['V B P', 'choose, box, polygon'],
  ['1 … 9', 'class of what is chosen, and of what comes next'],
  ['drag', 'draw a box, move, resize'],
  ['click … Enter', 'points of a polygon; on the first point it closes'],
  ['Enter', 'with the tool “box”: a box in the middle of the view'],
  ['N, Shift+N', 'next shape, shape before'],
  ['arrows', 'move what is chosen by a pixel, with Shift by ten'],
  ['Alt+arrows', 'make the chosen box larger or smaller'],
  ['Alt+click a point', 'remove the point'],
  ['Delete', 'delete what is chosen, or the last point'],
  ['Ctrl+Z, Ctrl+Shift+Z', 'undo, redo'],
  ['Ctrl+S', 'save'],
  ['Esc', 'give up the drawing, choose nothing'],
  ['space and drag', 'move the picture'],
]

function Keys({ rows, title }: { rows: [string, string][]; title: string }) {
  return (
    <Box>
      <Typography variant="h4" component="h3" sx={{ mb: 1 }}>
        {title}
      </Typography>
      <Box component="dl" sx={{ m: 0, display: 'grid', gridTemplateColumns: 'minmax(110px, auto) 1fr', gap: '4px 16px', fontSize: 13 }}>
        {rows.map(([keys, meaning]) => (
          <Box key={keys} sx={{ display: 'contents' }}>
            <Box component="dt" sx={{ fontFamily: 'monospace' }}>
              {keys}
            </Box>
            <Box component="dd" sx={{ m: 0, color: 'text.secondary' }}>
              {meaning}
            </Box>
          </Box>
        ))}
      </Box>
    </Box>
  )
}

/** What the keys do. */
export function ShortcutsDialog({ editing, onClose }: { editing: boolean; onClose: () => void }) {
  const title = useId()
  return (
    <Dialog open onClose={onClose} aria-labelledby={title} maxWidth="sm" fullWidth>
      <DialogTitle id={title}>Keys</DialogTitle>
      <DialogContent sx={{ display: 'grid', gap: 4 }}>
        <Keys rows={LOOKING} title="Looking" />
        {editing && <Keys rows={EDITING} title="Editing" />}
      </DialogContent>
      <DialogActions sx={{ px: 6, pb: 4 }}>
        <Button onClick={onClose} autoFocus>
          Close
        </Button>
      </DialogActions>
    </Dialog>
  )
}
