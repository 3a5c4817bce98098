/** A mask's run lengths (background first, row by row) painted in one colour; an address for an SVG <image>. */
export function maskUrl(geometry: { width: number; height: number; rle: number[] }, color: string): string {
  const width = Math.max(1, Math.round(geometry.width))
  const height = Math.max(1, Math.round(geometry.height))
  const canvas = document.createElement('canvas')
  canvas.width = width
  canvas.height = height
  const context = canvas.getContext('2d')
  if (!context) return ''
  const pixels = context.createImageData(width, height)
  const value = Number.parseInt(color.replace('#', '').padEnd(6, '0').slice(0, 6), 16) || 0
  let at = 0
  geometry.rle.forEach((length, index) => {
    if (index % 2 === 1) {
      for (let pixel = at; pixel < at + length; pixel += 1) {
        pixels.data.set([(value >> 16) & 255, (value >> 8) & 255, value & 255, 150], pixel * 4)
      }
    }
    at += length
  })
  context.putImageData(pixels, 0, 0)
  return canvas.toDataURL('image/png')
}
