import type { Statistics } from '@/api/types'

/** Parts of an address that find what one step of a statistic counts. */
type Query = Record<string, string>

const number = (value: number): string => String(Number(value.toPrecision(4)))

/** "8–12 px"; the last step has no end. */
export function stepName(edges: number[], step: number, unit: string): string {
  const [from, to] = [edges[step] ?? 0, edges[step + 1]]
  const tail = unit ? ` ${unit}` : ''
  return to === undefined ? `${number(from)}${tail} and more` : `${number(from)}–${number(to)}${tail}`
}

/** Counts of whole things: "3", "6–7", "1001 and more". */
export function wholeStepName(edges: number[], step: number): string {
  const [from, to] = [edges[step] ?? 0, edges[step + 1]]
  if (to === undefined) return `${from} and more`
  return to - from === 1 ? String(from) : `${from}–${to - 1}`
}

/** `whole` for sizes of images, whose upper limit counts among those found. */
export function stepQuery(name: string, edges: number[], step: number, whole: boolean): Query {
  const [from, to] = [edges[step] ?? 0, edges[step + 1]]
  return { ...(from > 0 || whole ? { [`${name}_min`]: String(from) } : {}), ...(to === undefined ? {} : { [`${name}_max`]: String(whole ? to - 1 : to) }) }
}

/** Of a cell of the map; the outermost ones count what lies outside, too. */
export function placeQuery(cells: number, column: number, row: number): Query {
  const side = (axis: string, at: number): Query => ({
    ...(at > 0 ? { [`center_${axis}_min`]: String(at / cells) } : {}),
    ...(at < cells - 1 ? { [`center_${axis}_max`]: String((at + 1) / cells) } : {}),
  })
  return { ...side('x', column), ...side('y', row) }
}

/** The part of a grid that is not empty, with a step of margin cut off at both ends. */
export function used(grid: Statistics['shape_sizes']): { firstX: number; firstY: number; columns: number; rows: number; cells: number[][] } {
  const xs = grid.counts.map(([x = 0]) => x)
  const ys = grid.counts.map(([, y = 0]) => y)
  if (xs.length === 0) return { firstX: 0, firstY: 0, columns: 1, rows: 1, cells: [] }
  const [firstX, firstY] = [Math.min(...xs), Math.min(...ys)]
  const rows = Math.max(...ys) - firstY + 1
  // Large ones at the top, as heights grow upwards.
  const cells = grid.counts.map(([x = 0, y = 0, value = 0]) => [x - firstX, rows - 1 - (y - firstY), value])
  return { firstX, firstY, columns: Math.max(...xs) - firstX + 1, rows, cells }
}
