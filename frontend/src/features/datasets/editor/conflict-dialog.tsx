import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Dialog from '@mui/material/Dialog'
import DialogActions from '@mui/material/DialogActions'
import DialogContent from '@mui/material/DialogContent'
import DialogTitle from '@mui/material/DialogTitle'
import Typography from '@mui/material/Typography'
import { useId } from 'react'
import type { ImageDetail, Shape } from '@/api/types'
import { Picture } from '@/components/ui/picture'
import { ShapeOverlay } from '@/features/datasets/components/shape-overlay'
import { exactTime, plural } from '@/lib/format'

export interface Conflict {
  message: string
  by: string | null
  at: string | null
  theirs: ImageDetail
}

interface Props {
  conflict: Conflict
  mine: Shape[]
  colors: ReadonlyMap<string, string>
  onTheirs: () => void
  onMine: () => void
  onClose: () => void
}

function Side({ title, image, shapes, colors }: { title: string; image: ImageDetail; shapes: Shape[]; colors: ReadonlyMap<string, string> }) {
  return (
    <Box component="figure" sx={{ m: 0, minWidth: 0 }}>
      <Box sx={{ position: 'relative', aspectRatio: '4 / 3', bgcolor: '#0b0e11', borderRadius: 1, overflow: 'hidden' }}>
        <Picture src={image.url} alt="" style={{ position: 'absolute', inset: 0, width: '100%', height: '100%', objectFit: 'contain' }} />
        <ShapeOverlay shapes={shapes} width={image.width} height={image.height} colors={colors} />
      </Box>
      <Typography component="figcaption" variant="body2" sx={{ mt: 1 }}>
        <strong>{title}</strong>, {plural(shapes.length, 'annotation')}
      </Typography>
    </Box>
  )
}

/** Somebody was faster: both states side by side, and the choice which one stays. */
export function ConflictDialog({ conflict, mine, colors, onTheirs, onMine, onClose }: Props) {
  const title = useId()
  return (
    <Dialog open onClose={onClose} aria-labelledby={title} maxWidth="md" fullWidth>
      <DialogTitle id={title}>This image was changed meanwhile</DialogTitle>
      <DialogContent sx={{ display: 'grid', gap: 4 }}>
        <Typography>
          {conflict.message}
          {conflict.at && ` (${exactTime(conflict.at)})`}
        </Typography>
        <Box sx={{ display: 'grid', gap: 4, gridTemplateColumns: { xs: '1fr', sm: '1fr 1fr' } }}>
          <Side title={conflict.by ? `What ${conflict.by} saved` : 'What is saved now'} image={conflict.theirs} shapes={conflict.theirs.shapes} colors={colors} />
          <Side title="What you drew" image={conflict.theirs} shapes={mine} colors={colors} />
        </Box>
      </DialogContent>
      <DialogActions sx={{ px: 6, pb: 4, flexWrap: 'wrap' }}>
        <Button onClick={onClose}>Decide later</Button>
        <Button variant="outlined" onClick={onTheirs}>
          Take what is saved
        </Button>
        <Button variant="contained" onClick={onMine}>
          Save mine in its place
        </Button>
      </DialogActions>
    </Dialog>
  )
}
