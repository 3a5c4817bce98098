import { useRef, useState, type Dispatch, type PointerEvent } from 'react'
import type { Pair, Shape } from '@/api/types'
import { Drawn, FALLBACK_COLOR } from '@/features/datasets/components/shape-overlay'
import type { EditAction, EditState } from '@/features/datasets/editor/edit-state'
import { boundsOf, boxBetween, HANDLES, isBoxEnough, moved, pointAdded, pointRemoved, pointSet, resized, type Handle, type Size } from '@/features/datasets/editor/geometry'
import type { Viewport } from '@/features/datasets/viewer/use-viewport'

export type Tool = 'select' | 'box' | 'polygon'

interface Props {
  state: EditState
  dispatch: Dispatch<EditAction>
  tool: Tool
  label: string
  colors: ReadonlyMap<string, string>
  hidden: ReadonlySet<string>
  size: Size
  viewport: Viewport
  outline: Pair[]
  onOutline: (points: Pair[]) => void
  onDrawn: () => void
}

type Drag =
  | { what: 'draw'; from: Pair; to: Pair }
  | { what: 'move'; shape: Shape; from: Pair; by: Pair }
  | { what: 'resize'; shape: Extract<Shape, { kind: 'box' }>; handle: Handle; to: Pair }
  | { what: 'point'; shape: Extract<Shape, { kind: 'polygon' | 'polyline' | 'points' | 'cuboid' }>; index: number; to: Pair }

const area = (shape: Shape): number => {
  const bounds = boundsOf(shape)
  return bounds ? (bounds.right - bounds.left) * (bounds.bottom - bounds.top) : 0
}

/** The shape as it is while it is being dragged. */
function dragged(shape: Shape, drag: Drag | null, size: Size): Shape {
  if (!drag || drag.what === 'draw' || drag.shape.id !== shape.id) return shape
  if (drag.what === 'move') return moved(drag.shape, drag.by[0], drag.by[1], size)
  if (drag.what === 'resize') return { ...drag.shape, geometry: resized(drag.shape.geometry, drag.handle, drag.to, size) }
  return { ...drag.shape, geometry: { points: pointSet(drag.shape.geometry.points, drag.index, drag.to, size) } }
}

const isTurned = (shape: Shape): boolean => shape.kind === 'box' && Boolean(shape.geometry.rotation)

/** Drawing on a picture with the pointer: boxes, polygons, and what is there already moved about. */
export function EditLayer({ state, dispatch, tool, label, colors, hidden, size, viewport, outline, onOutline, onDrawn }: Props) {
  const [drag, setDrag] = useState<Drag | null>(null)
  const [hover, setHover] = useState<Pair | null>(null)
  const layer = useRef<SVGGElement>(null)
  const { scale } = viewport.view
  const at = (event: PointerEvent): Pair => viewport.toImage(event.clientX, event.clientY)
  const color = (name: string): string => colors.get(name) ?? FALLBACK_COLOR
  // The small ones on top, or nobody could reach one that lies in another.
  const shapes = state.shapes.filter((shape) => shape.kind !== 'tag' && !hidden.has(shape.label)).sort((a, b) => area(b) - area(a))
  const chosen = state.shapes.find((shape) => shape.id === state.selected)
  const near = (a: Pair, b: Pair): boolean => Math.hypot(a[0] - b[0], a[1] - b[1]) * scale < 10

  const closeOutline = (points: Pair[]): void => {
    if (points.length >= 3) {
      dispatch({ type: 'add', shape: { kind: 'polygon', label, geometry: { points } } })
      onDrawn()
    }
    onOutline([])
  }
  const start = (event: PointerEvent, next: Drag): void => {
    event.stopPropagation()
    layer.current?.setPointerCapture(event.pointerId)
    setDrag(next)
  }
  const down = (event: PointerEvent): void => {
    if (event.button !== 0) return
    const place = at(event)
    if (tool === 'box') start(event, { what: 'draw', from: place, to: place })
    else if (tool === 'polygon') {
      const [first] = outline
      if (first && outline.length >= 3 && near(first, place)) closeOutline(outline)
      else onOutline([...outline, pointSet([place], 0, place, size)[0] ?? place])
    } else dispatch({ type: 'select', id: null })
  }
  const move = (event: PointerEvent): void => {
    const place = at(event)
    if (tool === 'polygon') setHover(place)
    if (!drag) return
    setDrag(drag.what === 'move' ? { ...drag, by: [place[0] - drag.from[0], place[1] - drag.from[1]] } : { ...drag, to: place })
  }
  const up = (): void => {
    if (!drag) return
    setDrag(null)
    if (drag.what === 'draw') {
      const geometry = boxBetween(drag.from, drag.to, size)
      if (isBoxEnough(geometry)) {
        dispatch({ type: 'add', shape: { kind: 'box', label, geometry } })
        onDrawn()
      }
      return
    }
    const after = dragged(drag.shape, drag, size)
    if (JSON.stringify(after) !== JSON.stringify(drag.shape)) dispatch({ type: 'change', id: drag.shape.id, to: () => after })
  }
  const pick = (event: PointerEvent, shape: Shape): void => {
    if (tool !== 'select' || event.button !== 0) return
    dispatch({ type: 'select', id: shape.id })
    start(event, { what: 'move', shape, from: at(event), by: [0, 0] })
  }
  const handleSize = 9 / scale
  const preview = drag?.what === 'draw' ? boxBetween(drag.from, drag.to, size) : null
  const shown = chosen ? dragged(chosen, drag, size) : null
  const line = hover && outline.length > 0 ? [...outline, hover] : outline
  return (
    <g ref={layer} onPointerDown={down} onPointerMove={move} onPointerUp={up} onPointerCancel={() => setDrag(null)} onDoubleClick={() => tool === 'polygon' && closeOutline(outline)} strokeWidth={2}>
      <rect x={-1e5} y={-1e5} width={2e5} height={2e5} fill="transparent" style={{ cursor: tool === 'select' ? 'default' : 'crosshair' }} />
      {shapes.map((shape) => (
        <g
          key={shape.id}
          data-shape={shape.id}
          onPointerDown={(event) => pick(event, shape)}
          opacity={state.selected === null || state.selected === shape.id || tool !== 'select' ? 1 : 0.45}
          style={{ cursor: tool === 'select' ? 'move' : 'crosshair', pointerEvents: tool === 'select' ? 'auto' : 'none' }}
        >
          <Drawn shape={dragged(shape, drag, size)} color={color(shape.label)} radius={5 / scale} on={size} />
        </g>
      ))}
      {shown?.kind === 'box' &&
        !isTurned(shown) &&
        HANDLES.map((handle) => {
          const { x1, y1, x2, y2 } = shown.geometry
          const x = handle[0] === 0 ? (x1 + x2) / 2 : handle[0] < 0 ? x1 : x2
          const y = handle[1] === 0 ? (y1 + y2) / 2 : handle[1] < 0 ? y1 : y2
          const cursor = handle[0] === 0 ? 'ns-resize' : handle[1] === 0 ? 'ew-resize' : handle[0] === handle[1] ? 'nwse-resize' : 'nesw-resize'
          return (
            <rect
              key={handle.join()}
              x={x - handleSize / 2}
              y={y - handleSize / 2}
              width={handleSize}
              height={handleSize}
              fill="#fff"
              stroke={color(shown.label)}
              vectorEffect="non-scaling-stroke"
              style={{ cursor }}
              onPointerDown={(event) => chosen?.kind === 'box' && start(event, { what: 'resize', shape: chosen, handle, to: [x, y] })}
            />
          )
        })}
      {(shown?.kind === 'polygon' || shown?.kind === 'polyline') &&
        shown.geometry.points.map((point, index) => {
          const next = shown.geometry.points[index + 1] ?? (shown.kind === 'polygon' ? shown.geometry.points[0] : undefined)
          const middle: Pair | null = next ? [(point[0] + next[0]) / 2, (point[1] + next[1]) / 2] : null
          const least = shown.kind === 'polygon' ? 3 : 2
          const editable = chosen?.kind === 'polygon' || chosen?.kind === 'polyline' ? chosen : null
          return (
            <g key={index}>
              {middle && (
                <circle
                  cx={middle[0]}
                  cy={middle[1]}
                  r={3.5 / scale}
                  fill={color(shown.label)}
                  stroke="#fff"
                  vectorEffect="non-scaling-stroke"
                  strokeWidth={1}
                  style={{ cursor: 'copy' }}
                  onPointerDown={(event) => {
                    if (!editable) return
                    const added = { ...editable, geometry: { points: pointAdded(editable.geometry.points, index, middle, size) } }
                    dispatch({ type: 'change', id: editable.id, to: () => added })
                    start(event, { what: 'point', shape: added, index: index + 1, to: middle })
                  }}
                />
              )}
              <circle
                cx={point[0]}
                cy={point[1]}
                r={5.5 / scale}
                fill="#fff"
                stroke={color(shown.label)}
                vectorEffect="non-scaling-stroke"
                style={{ cursor: 'grab' }}
                onPointerDown={(event) => {
                  if (!editable) return
                  if (event.altKey && editable.geometry.points.length > least) {
                    event.stopPropagation()
                    dispatch({ type: 'change', id: editable.id, to: (shape) => ({ ...shape, geometry: { points: pointRemoved(editable.geometry.points, index) } }) as Shape })
                  } else start(event, { what: 'point', shape: editable, index, to: point })
                }}
              />
            </g>
          )
        })}
      {preview && <rect x={preview.x1} y={preview.y1} width={preview.x2 - preview.x1} height={preview.y2 - preview.y1} stroke={color(label)} fill={color(label)} fillOpacity={0.14} vectorEffect="non-scaling-stroke" />}
      {line.length > 0 && (
        <g style={{ pointerEvents: 'none' }}>
          <polyline points={line.map((point) => point.join(',')).join(' ')} stroke={color(label)} fill={color(label)} fillOpacity={0.1} vectorEffect="non-scaling-stroke" />
          {outline.map((point, index) => (
            <circle key={index} cx={point[0]} cy={point[1]} r={(index === 0 ? 6 : 4) / scale} fill="#fff" stroke={color(label)} vectorEffect="non-scaling-stroke" />
          ))}
        </g>
      )}
    </g>
  )
}
