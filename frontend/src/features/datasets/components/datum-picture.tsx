import Box from '@mui/material/Box'
import { memo, useMemo } from 'react'
import type { DatumShape, Shape } from '@/api/types'
import { Picture } from '@/components/ui/picture'
import { ShapeOverlay } from '@/features/datasets/components/shape-overlay'

interface Props {
  url: string
  name: string
  width: number
  height: number
  shapes: DatumShape[]
  colors: ReadonlyMap<string, string>
  /** Those that stand out; the others are faint. Without it all are alike. */
  marked?: ReadonlySet<DatumShape>
  strokeWidth?: number
}

const numbered = (shapes: DatumShape[]): Shape[] => shapes.map((shape, index) => ({ ...shape, id: index }) as Shape)

/** A picture of a version with its shapes; fills its parent, which must be positioned. */
export const DatumPicture = memo(function DatumPicture({ url, name, width, height, shapes, colors, marked, strokeWidth = 1.5 }: Props) {
  const [faint, strong] = useMemo(
    () => [numbered(marked ? shapes.filter((shape) => !marked.has(shape)) : []), numbered(marked ? shapes.filter((shape) => marked.has(shape)) : shapes)],
    [shapes, marked],
  )
  return (
    <>
      <Picture
        src={url}
        alt={name}
        loading="lazy"
        decoding="async"
        style={{ position: 'absolute', inset: 0, width: '100%', height: '100%', objectFit: 'contain', imageRendering: width < 100 ? 'pixelated' : 'auto' }}
      />
      {faint.length > 0 && (
        <Box sx={{ position: 'absolute', inset: 0, opacity: 0.35 }}>
          <ShapeOverlay shapes={faint} width={width} height={height} colors={colors} strokeWidth={1} />
        </Box>
      )}
      <ShapeOverlay shapes={strong} width={width} height={height} colors={colors} strokeWidth={strokeWidth} />
    </>
  )
})
