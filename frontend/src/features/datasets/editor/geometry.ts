import type { Pair, Shape } from '@/api/types'

/** Changing shapes: pure functions over the picture's own pixels. */

export interface Size {
  width: number
  height: number
}
export interface Bounds {
  left: number
  top: number
  right: number
  bottom: number
}
export type BoxGeometry = Extract<Shape, { kind: 'box' }>['geometry']
/** Which sides of a box are moved: -1 the left or upper one, 1 the right or lower one, 0 none. */
export type Handle = [x: -1 | 0 | 1, y: -1 | 0 | 1]
export const HANDLES: Handle[] = [[-1, -1], [0, -1], [1, -1], [1, 0], [1, 1], [0, 1], [-1, 1], [-1, 0]]
/** No side of a box is shorter, in pixels. */
export const SIDE_MIN = 1

const round = (value: number): number => Math.round(value * 100) / 100
const clamp = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), Math.max(low, high))
export const inside = ([x, y]: Pair, { width, height }: Size): Pair => [round(clamp(x, 0, width)), round(clamp(y, 0, height))]

export function boundsOf(shape: Shape): Bounds | null {
  const around = (points: Pair[]): Bounds | null =>
    points.length === 0
      ? null
      : { left: Math.min(...points.map(([x]) => x)), top: Math.min(...points.map(([, y]) => y)), right: Math.max(...points.map(([x]) => x)), bottom: Math.max(...points.map(([, y]) => y)) }
  switch (shape.kind) {
    case 'box':
      return { left: shape.geometry.x1, top: shape.geometry.y1, right: shape.geometry.x2, bottom: shape.geometry.y2 }
    case 'mask':
      return { left: shape.geometry.left, top: shape.geometry.top, right: shape.geometry.left + shape.geometry.width, bottom: shape.geometry.top + shape.geometry.height }
    case 'ellipse': {
      const { cx, cy, rx, ry } = shape.geometry
      return { left: cx - rx, top: cy - ry, right: cx + rx, bottom: cy + ry }
    }
    case 'skeleton':
      return around(shape.geometry.points.map((point) => [point.x, point.y]))
    case 'tag':
      return null
    default:
      return around(shape.geometry.points)
  }
}

/** The shape moved by so many pixels, but not further out of the picture than it is. */
export function moved<T extends Shape>(shape: T, dx: number, dy: number, size: Size): T {
  const bounds = boundsOf(shape)
  if (!bounds) return shape
  const x = round(clamp(dx, Math.min(0, -bounds.left), Math.max(0, size.width - bounds.right)))
  const y = round(clamp(dy, Math.min(0, -bounds.top), Math.max(0, size.height - bounds.bottom)))
  const one: Shape = shape
  switch (one.kind) {
    case 'box': {
      const { x1, y1, x2, y2 } = one.geometry
      return { ...shape, geometry: { ...one.geometry, x1: round(x1 + x), y1: round(y1 + y), x2: round(x2 + x), y2: round(y2 + y) } }
    }
    case 'mask':
      return { ...shape, geometry: { ...one.geometry, left: one.geometry.left + Math.round(x), top: one.geometry.top + Math.round(y) } }
    case 'ellipse':
      return { ...shape, geometry: { ...one.geometry, cx: round(one.geometry.cx + x), cy: round(one.geometry.cy + y) } }
    case 'skeleton':
      return { ...shape, geometry: { points: one.geometry.points.map((point) => ({ ...point, x: round(point.x + x), y: round(point.y + y) })) } }
    case 'tag':
      return shape
    default:
      return { ...shape, geometry: { points: one.geometry.points.map(([a, b]): Pair => [round(a + x), round(b + y)]) } }
  }
}

/** The box between two corners, whichever they are. */
export function boxBetween(a: Pair, b: Pair, size: Size): BoxGeometry {
  const [[ax, ay], [bx, by]] = [inside(a, size), inside(b, size)]
  return { x1: Math.min(ax, bx), y1: Math.min(ay, by), x2: Math.max(ax, bx), y2: Math.max(ay, by), rotation: 0 }
}

/** The box with one corner or side at another place; it never turns inside out. */
export function resized(box: BoxGeometry, [sideX, sideY]: Handle, to: Pair, size: Size): BoxGeometry {
  const [x, y] = inside(to, size)
  return {
    ...box,
    x1: sideX === -1 ? Math.min(x, box.x2 - SIDE_MIN) : box.x1,
    x2: sideX === 1 ? Math.max(x, box.x1 + SIDE_MIN) : box.x2,
    y1: sideY === -1 ? Math.min(y, box.y2 - SIDE_MIN) : box.y1,
    y2: sideY === 1 ? Math.max(y, box.y1 + SIDE_MIN) : box.y2,
  }
}

export const isBoxEnough = (box: BoxGeometry): boolean => box.x2 - box.x1 >= SIDE_MIN && box.y2 - box.y1 >= SIDE_MIN

export const pointSet = (points: Pair[], index: number, to: Pair, size: Size): Pair[] => points.map((point, at) => (at === index ? inside(to, size) : point))
export const pointAdded = (points: Pair[], after: number, at: Pair, size: Size): Pair[] => [...points.slice(0, after + 1), inside(at, size), ...points.slice(after + 1)]
export const pointRemoved = (points: Pair[], index: number): Pair[] => points.filter((_, at) => at !== index)
