import type { Pair, RepairShape } from '@/api/types'

export interface Rect {
  x: number
  y: number
  width: number
  height: number
}
interface Size {
  width: number
  height: number
}

/** So much is shown around a shape, in parts of its larger side. */
const MARGIN = 0.6
/** And at least this part of the image, so that one sees where it is. */
const LEAST_SHARE = 0.2
const ASPECT = 4 / 3

const around = (points: Pair[]): Rect | null => {
  if (points.length === 0) return null
  const xs = points.map(([x]) => x)
  const ys = points.map(([, y]) => y)
  const [x, y] = [Math.min(...xs), Math.min(...ys)]
  return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y }
}

function turned(x1: number, y1: number, x2: number, y2: number, degrees = 0): Rect {
  const angle = (degrees * Math.PI) / 180
  const [cos, sin] = [Math.abs(Math.cos(angle)), Math.abs(Math.sin(angle))]
  const [w, h] = [Math.abs(x2 - x1), Math.abs(y2 - y1)]
  const [width, height] = [w * cos + h * sin, w * sin + h * cos]
  return { x: (x1 + x2) / 2 - width / 2, y: (y1 + y2) / 2 - height / 2, width, height }
}

/** The upright rectangle around a shape in pixels; null for a tag. */
export function boundsOf(shape: RepairShape): Rect | null {
  const geometry = shape.geometry
  if ('x1' in geometry) return turned(geometry.x1, geometry.y1, geometry.x2, geometry.y2, geometry.rotation)
  if ('rle' in geometry) return { x: geometry.left, y: geometry.top, width: geometry.width, height: geometry.height }
  if ('rx' in geometry) {
    const { cx, cy, rx, ry, rotation } = geometry
    return turned(cx - rx, cy - ry, cx + rx, cy + ry, rotation)
  }
  if (!('points' in geometry)) return null
  return around(geometry.points.map((point) => (Array.isArray(point) ? point : [point.x, point.y])))
}

export function union(rects: Rect[]): Rect | null {
  const corners = rects.flatMap(({ x, y, width, height }): Pair[] => [[x, y], [x + width, y + height]])
  return around(corners)
}

/** What to show of an image so that these shapes are seen large: a rectangle of 4 to 3, perhaps reaching beyond the image. */
export function windowOf(shapes: RepairShape[], image: Size): Rect {
  const whole = { x: 0, y: 0, ...image }
  const bounds = union(shapes.map(boundsOf).filter((one): one is Rect => one !== null))
  if (!bounds) return framed(whole)
  const isOutside = bounds.x >= image.width || bounds.y >= image.height || bounds.x + bounds.width <= 0 || bounds.y + bounds.height <= 0
  if (isOutside) return framed(union([whole, bounds]) ?? whole, 1.04)
  const least = LEAST_SHARE * Math.max(image.width, image.height)
  const side = Math.max(bounds.width, bounds.height)
  const margin = Math.max(MARGIN * side, (least - side) / 2, 4)
  const wanted = { x: bounds.x - margin, y: bounds.y - margin, width: bounds.width + 2 * margin, height: bounds.height + 2 * margin }
  if (wanted.width >= image.width && wanted.height >= image.height) return framed(union([whole, bounds]) ?? whole)
  const isInside = bounds.x >= 0 && bounds.y >= 0 && bounds.x + bounds.width <= image.width && bounds.y + bounds.height <= image.height
  return isInside ? moved(framed(wanted), image) : framed(wanted)
}

/** The rectangle moved onto the image, as far as it has room there. */
function moved(rect: Rect, image: Size): Rect {
  const within = (at: number, length: number, room: number): number => (length >= room ? (room - length) / 2 : Math.min(Math.max(at, 0), room - length))
  return { ...rect, x: within(rect.x, rect.width, image.width), y: within(rect.y, rect.height, image.height) }
}

/** The rectangle widened to 4 to 3 about its middle. */
function framed({ x, y, width, height }: Rect, factor = 1): Rect {
  const wide = Math.max(width, height * ASPECT) * factor
  const high = wide / ASPECT
  return { x: x + width / 2 - wide / 2, y: y + height / 2 - high / 2, width: wide, height: high }
}
