import Box from '@mui/material/Box'
import { memo } from 'react'
import type { FindingImage, RepairShape, Shape } from '@/api/types'
import { Picture } from '@/components/ui/picture'
import { boundsOf, windowOf, type Rect } from '@/features/datasets/components/doctor/shape-window'
import { ShapeOverlay } from '@/features/datasets/components/shape-overlay'

/** Thumbnails are this large; a window that shows less of the image than that needs the image itself. */
const THUMBNAIL_PIXELS = 320
const SHOWN_PIXELS = 300
/** Smaller than this part of the picture, a shape is ringed, or nobody would see it. */
const RINGED = 0.05

const percent = (value: number): string => `${value * 100}%`

/** The thumbnail where it shows enough, else the image: pictures of a list should not cost megabytes each. */
function sourceOf(image: FindingImage, window: Rect): string {
  const scale = Math.min(1, THUMBNAIL_PIXELS / Math.max(image.width, image.height))
  return window.width * scale >= SHOWN_PIXELS / 2 || image.width <= THUMBNAIL_PIXELS ? image.thumbnail_url : image.url
}

function Ring({ shape, window }: { shape: RepairShape; window: Rect }) {
  const bounds = boundsOf(shape)
  if (!bounds) return null
  // A box without width is not drawn at all.
  const isFlat = bounds.width === 0 || bounds.height === 0
  if (!isFlat && Math.max(bounds.width / window.width, bounds.height / window.height) > RINGED) return null
  return (
    <Box
      aria-hidden
      style={{ left: percent((bounds.x + bounds.width / 2 - window.x) / window.width), top: percent((bounds.y + bounds.height / 2 - window.y) / window.height) }}
      sx={{ position: 'absolute', width: 26, height: 26, m: '-13px', border: '2px solid #fff', outline: '1px solid #000', borderRadius: '50%' }}
    />
  )
}

interface Props {
  image: FindingImage
  /** Shown large and drawn. */
  shapes: RepairShape[]
  /** Not drawn, but within the picture: what the shapes were before, say. */
  within?: RepairShape[]
  colors: ReadonlyMap<string, string>
  /** What the picture shows, for those who do not see it. */
  alt: string
}

/** A part of an image around some shapes, which are drawn on it; all of it when there are none. */
export const ShapePicture = memo(function ShapePicture({ image, shapes, within = [], colors, alt }: Props) {
  const window = windowOf([...shapes, ...within], image)
  const drawn = shapes.map((shape, index) => ({ id: index, attributes: {}, z_order: 0, occluded: false, ...shape }) as Shape)
  return (
    <Box role="img" aria-label={alt} sx={{ position: 'relative', aspectRatio: '4 / 3', overflow: 'hidden', bgcolor: '#0b0e11', borderRadius: 1, '& svg': { overflow: 'visible' } }}>
      <Box
        style={{
          left: percent(-window.x / window.width),
          top: percent(-window.y / window.height),
          width: percent(image.width / window.width),
          height: percent(image.height / window.height),
        }}
        sx={{ position: 'absolute' }}
      >
        <Picture
          src={sourceOf(image, window)}
          alt=""
          loading="lazy"
          decoding="async"
          draggable={false}
          style={{ position: 'absolute', inset: 0, width: '100%', height: '100%', imageRendering: window.width < 80 ? 'pixelated' : 'auto' }}
        />
        <ShapeOverlay shapes={drawn} width={image.width} height={image.height} colors={colors} strokeWidth={2} />
      </Box>
      {shapes.map((shape, index) => (
        <Ring key={index} shape={shape} window={window} />
      ))}
    </Box>
  )
})
