import ArrowBack from '@mui/icons-material/ArrowBackIosNewOutlined'
import ArrowForward from '@mui/icons-material/ArrowForwardIosOutlined'
import Close from '@mui/icons-material/CloseOutlined'
import Box from '@mui/material/Box'
import Dialog from '@mui/material/Dialog'
import IconButton from '@mui/material/IconButton'
import Typography from '@mui/material/Typography'
import { useEffect, useId } from 'react'
import type { DatumShape } from '@/api/types'
import { DatumPicture } from '@/features/datasets/components/datum-picture'

export interface ShownPicture {
  caption: string
  url: string
  width: number
  height: number
  shapes: DatumShape[]
  marked?: ReadonlySet<DatumShape>
}

interface Props {
  title: string
  pictures: ShownPicture[]
  colors: ReadonlyMap<string, string>
  onClose: () => void
  onPrevious?: () => void
  onNext?: () => void
}

/** One or two pictures of versions as large as the window allows; arrow keys turn over. */
export function DatumDialog({ title, pictures, colors, onClose, onPrevious, onNext }: Props) {
  const titleId = useId()
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === 'ArrowLeft') onPrevious?.()
      else if (event.key === 'ArrowRight') onNext?.()
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [onPrevious, onNext])
  return (
    <Dialog open onClose={onClose} fullScreen aria-labelledby={titleId}>
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 1, px: 4, py: 2, borderBottom: 1, borderColor: 'divider' }}>
        <Typography id={titleId} variant="h3" component="h2" sx={{ flex: 1, minWidth: 0, overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}>
          {title}
        </Typography>
        <IconButton aria-label="Previous (left arrow)" disabled={!onPrevious} onClick={onPrevious}>
          <ArrowBack fontSize="small" />
        </IconButton>
        <IconButton aria-label="Next (right arrow)" disabled={!onNext} onClick={onNext}>
          <ArrowForward fontSize="small" />
        </IconButton>
        <IconButton aria-label="Close" onClick={onClose} autoFocus>
          <Close />
        </IconButton>
      </Box>
      <Box sx={{ flex: 1, minHeight: 0, display: 'grid', gap: '2px', gridTemplateColumns: { xs: '1fr', md: `repeat(${pictures.length}, 1fr)` }, bgcolor: 'divider' }}>
        {pictures.map((picture) => (
          <Box key={picture.caption} sx={{ display: 'flex', flexDirection: 'column', minHeight: 200, minWidth: 0, bgcolor: 'background.paper' }}>
            <Box sx={{ position: 'relative', flex: 1, minHeight: 0, m: 3 }}>
              <DatumPicture url={picture.url} name={picture.caption} width={picture.width} height={picture.height} shapes={picture.shapes} marked={picture.marked} colors={colors} strokeWidth={2} />
            </Box>
            <Typography variant="body2" sx={{ px: 4, pb: 3, color: 'text.secondary' }}>
              {picture.caption}
            </Typography>
          </Box>
        ))}
      </Box>
    </Dialog>
  )
}
