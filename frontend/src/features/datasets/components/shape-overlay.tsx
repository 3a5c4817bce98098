import { memo, useMemo } from 'react'
import type { DrawnShape, Pair } from '@/api/types'
import { maskUrl, maskWindow } from '@/features/datasets/components/mask-image'

const CUBOID_EDGES: [number, number][] = [
  [0, 1], [1, 3], [3, 2], [2, 0], [4, 5], [5, 7], [7, 6], [6, 4], [0, 4], [1, 5], [2, 6], [3, 7],
]
const text = (points: Pair[]): string => points.map((point) => point.join(',')).join(' ')

interface Size {
  width: number
  height: number
}

function Mask({ geometry, color, on }: { geometry: Extract<DrawnShape, { kind: 'mask' }>['geometry']; color: string; on: Size }) {
  const seen = useMemo(() => maskWindow(geometry, on.width, on.height), [geometry, on.width, on.height])
  const url = useMemo(() => seen && maskUrl(seen, color), [seen, color])
  return seen && url ? <image href={url} x={seen.x} y={seen.y} width={seen.width} height={seen.height} preserveAspectRatio="none" /> : null
}

export function Drawn({ shape, color, radius, on }: { shape: DrawnShape; color: string; radius: number; on: Size }) {
  const common = {
    stroke: color,
    fill: color,
    fillOpacity: 0.14,
    vectorEffect: 'non-scaling-stroke' as const,
    strokeDasharray: shape.occluded ? '4 3' : undefined,
  }
  switch (shape.kind) {
    case 'box': {
      const { x1, y1, x2, y2, rotation } = shape.geometry
      const turn = rotation ? `rotate(${rotation} ${(x1 + x2) / 2} ${(y1 + y2) / 2})` : undefined
      return <rect x={Math.min(x1, x2)} y={Math.min(y1, y2)} width={Math.abs(x2 - x1)} height={Math.abs(y2 - y1)} transform={turn} {...common} />
    }
    case 'polygon':
      return <polygon points={text(shape.geometry.points)} {...common} />
    case 'polyline':
      return <polyline points={text(shape.geometry.points)} {...common} fill="none" />
    case 'points':
      return (
        <g>
          {shape.geometry.points.map(([x, y], index) => (
            <circle key={index} cx={x} cy={y} r={radius} {...common} fillOpacity={0.9} />
          ))}
        </g>
      )
    case 'ellipse': {
      const { cx, cy, rx, ry, rotation } = shape.geometry
      return <ellipse cx={cx} cy={cy} rx={rx} ry={ry} transform={rotation ? `rotate(${rotation} ${cx} ${cy})` : undefined} {...common} />
    }
    case 'cuboid':
      return (
        <g>
          {CUBOID_EDGES.map(([a, b]) => {
            const from = shape.geometry.points[a]
            const to = shape.geometry.points[b]
            return from && to ? <line key={`${a}-${b}`} x1={from[0]} y1={from[1]} x2={to[0]} y2={to[1]} {...common} /> : null
          })}
        </g>
      )
    case 'skeleton':
      return (
        <g>
          {shape.geometry.points
            .filter((point) => !point.outside)
            .map((point, index) => (
              <circle key={index} cx={point.x} cy={point.y} r={radius} {...common} fillOpacity={point.occluded ? 0.3 : 0.9} />
            ))}
        </g>
      )
    case 'mask':
      return <Mask geometry={shape.geometry} color={color} on={on} />
    case 'tag':
      return null
  }
}

interface Props {
  shapes: DrawnShape[]
  width: number
  height: number
  colors: ReadonlyMap<string, string>
  strokeWidth?: number
  highlighted?: number | null
}

export const FALLBACK_COLOR = '#4aa3ff'

/** Shapes over a picture that is shown with `object-fit: contain` in the same box. */
export const ShapeOverlay = memo(function ShapeOverlay({ shapes, width, height, colors, strokeWidth = 1.5, highlighted = null }: Props) {
  if (width <= 0 || height <= 0) return null
  const sorted = [...shapes].sort((a, b) => a.z_order - b.z_order)
  return (
    <svg
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="xMidYMid meet"
      aria-hidden
      strokeWidth={strokeWidth}
      style={{ position: 'absolute', inset: 0, width: '100%', height: '100%', pointerEvents: 'none' }}
    >
      {sorted.map((shape) => (
        <g key={shape.id} opacity={highlighted === null || highlighted === shape.id ? 1 : 0.25}>
          <Drawn shape={shape} color={colors.get(shape.label) ?? FALLBACK_COLOR} radius={Math.max(width, height) / 120} on={{ width, height }} />
        </g>
      ))}
    </svg>
  )
})
