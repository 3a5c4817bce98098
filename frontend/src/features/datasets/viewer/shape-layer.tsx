import type { Shape } from '@/api/types'
import { Drawn, FALLBACK_COLOR } from '@/features/datasets/components/shape-overlay'

interface Props {
  shapes: Shape[]
  colors: ReadonlyMap<string, string>
  width: number
  height: number
  scale: number
  highlighted: number | null
}

/** Shapes on a large picture; their lines stay thin however far one zooms in. */
export function ShapeLayer({ shapes, colors, width, height, scale, highlighted }: Props) {
  const sorted = [...shapes].sort((a, b) => a.z_order - b.z_order)
  return (
    <g strokeWidth={2}>
      {sorted.map((shape) => (
        <g key={shape.id} opacity={highlighted === null || highlighted === shape.id ? 1 : 0.3}>
          <Drawn shape={shape} color={colors.get(shape.label) ?? FALLBACK_COLOR} radius={4 / scale} on={{ width, height }} />
        </g>
      ))}
    </g>
  )
}
