import { describe, expect, it } from 'vitest'
import { maskWindow } from '@/features/datasets/components/mask-image'

const rows = (found: ReturnType<typeof maskWindow>): string[] => {
  if (!found) return []
  const text = [...found.painted].join('')
  return Array.from({ length: found.rows }, (_, row) => text.slice(row * found.columns, (row + 1) * found.columns))
}

describe('maskWindow', () => {
  it('paints runs row by row', () => {
    const found = maskWindow({ left: 1, top: 2, width: 3, height: 2, rle: [1, 3, 1, 1] }, 10, 10)
    expect(found).toMatchObject({ x: 1, y: 2, width: 3, height: 2 })
    expect(rows(found)).toEqual(['011', '101'])
  })

  it('keeps to the image', () => {
    const found = maskWindow({ left: -2, top: -1, width: 4, height: 4, rle: [0, 16] }, 3, 2)
    expect(found).toMatchObject({ x: 0, y: 0, width: 2, height: 2 })
    expect(rows(found)).toEqual(['11', '11'])
    expect(maskWindow({ left: 5, top: 0, width: 2, height: 2, rle: [0, 4] }, 3, 3)).toBeNull()
  })

  it('shows a mask of billions of pixels small', () => {
    const side = 46_000
    const found = maskWindow({ left: 0, top: 0, width: side, height: side, rle: [side, side * side - side] }, side, side)
    expect(found?.painted.length).toBe(2048 * 2048)
    expect(found?.painted.every((on, pixel) => pixel < 2048 || on === 1)).toBe(true)
    expect(maskWindow({ left: 0, top: 0, width: side, height: side, rle: [0, side * side] }, 4, 3)?.painted.length).toBe(12)
  })
})
