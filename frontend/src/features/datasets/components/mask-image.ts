interface MaskGeometry {
  left: number
  top: number
  width: number
  height: number
  rle: number[]
}

interface Window {
  /** Where the window lies on the image, in its pixels. */
  x: number
  y: number
  width: number
  height: number
  /** The window painted, perhaps smaller: 1 where the mask is, row by row. */
  columns: number
  rows: number
  painted: Uint8Array
}

/** No canvas is larger: files may declare masks of any size, and a browser's memory is not the place for them. */
const SIDE_MAX = 2048

/** The part of a mask (run lengths row by row, background first) that lies on an image of this size; null when none does. */
export function maskWindow(mask: MaskGeometry, imageWidth: number, imageHeight: number): Window | null {
  const x = Math.max(0, mask.left)
  const y = Math.max(0, mask.top)
  const width = Math.min(imageWidth, mask.left + mask.width) - x
  const height = Math.min(imageHeight, mask.top + mask.height) - y
  if (!(width > 0 && height > 0)) return null
  const scale = Math.min(1, SIDE_MAX / Math.max(width, height))
  const columns = Math.max(1, Math.round(width * scale))
  const rows = Math.max(1, Math.round(height * scale))
  const painted = new Uint8Array(columns * rows)
  const [firstRow, firstColumn] = [y - mask.top, x - mask.left]
  let at = 0
  mask.rle.forEach((length, index) => {
    if (index % 2 === 1 && length > 0) {
      const end = at + length
      const last = Math.min(Math.floor((end - 1) / mask.width), firstRow + height - 1)
      for (let row = Math.max(Math.floor(at / mask.width), firstRow); row <= last; row += 1) {
        const from = Math.max(at - row * mask.width, firstColumn) - firstColumn
        const to = Math.min(end - row * mask.width, firstColumn + width, mask.width) - firstColumn
        if (to <= from) continue
        const line = Math.min(Math.floor((row - firstRow) * scale), rows - 1) * columns
        painted.fill(1, line + Math.floor(from * scale), line + Math.min(Math.ceil(to * scale), columns))
      }
    }
    at += length
  })
  return { x, y, width, height, columns, rows, painted }
}

/** The window in one colour, as an address for an SVG <image>. */
export function maskUrl({ columns, rows, painted }: Window, color: string): string {
  const canvas = document.createElement('canvas')
  canvas.width = columns
  canvas.height = rows
  const context = canvas.getContext('2d')
  if (!context) return ''
  const pixels = context.createImageData(columns, rows)
  const value = Number.parseInt(color.replace('#', '').padEnd(6, '0').slice(0, 6), 16) || 0
  painted.forEach((on, pixel) => {
    if (on) pixels.data.set([(value >> 16) & 255, (value >> 8) & 255, value & 255, 150], pixel * 4)
  })
  context.putImageData(pixels, 0, 0)
  return canvas.toDataURL('image/png')
}
