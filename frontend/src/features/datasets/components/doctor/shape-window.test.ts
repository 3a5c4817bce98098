import { describe, expect, it } from 'vitest'
import { boundsOf, windowOf } from '@/features/datasets/components/doctor/shape-window'
import type { RepairShape } from '@/api/types'

const box = (x1: number, y1: number, x2: number, y2: number, rotation = 0): RepairShape => ({ kind: 'box', label: 'a', geometry: { x1, y1, x2, y2, rotation } })
const IMAGE = { width: 400, height: 300 }

describe('boundsOf', () => {
  it('is the rectangle around the shape, turned or not', () => {
    expect(boundsOf(box(10, 20, 40, 60))).toEqual({ x: 10, y: 20, width: 30, height: 40 })
    const turned = boundsOf(box(10, 20, 40, 60, 90))
    expect(turned?.width).toBeCloseTo(40)
    expect(turned?.height).toBeCloseTo(30)
    expect(boundsOf({ kind: 'polygon', label: 'a', geometry: { points: [[1, 9], [5, 2], [3, 3]] } })).toEqual({ x: 1, y: 2, width: 4, height: 7 })
    expect(boundsOf({ kind: 'tag', label: 'a', geometry: {} })).toBeNull()
  })
})

describe('windowOf', () => {
  it('shows the whole image when there is no place to look at', () => {
    expect(windowOf([], IMAGE)).toEqual({ x: 0, y: 0, width: 400, height: 300 })
  })
  it('shows a shape large, in the middle, and 4 to 3', () => {
    const shown = windowOf([box(190, 140, 210, 160)], IMAGE)
    expect(shown.width / shown.height).toBeCloseTo(4 / 3)
    expect(shown.width).toBeLessThan(150)
    expect(shown.x + shown.width / 2).toBeCloseTo(200)
  })
  it('shows image and shape where the shape lies beside the image', () => {
    const shown = windowOf([box(500, 100, 520, 120)], IMAGE)
    expect(shown.x).toBeLessThanOrEqual(0)
    expect(shown.x + shown.width).toBeGreaterThanOrEqual(520)
  })
  it('does not look beyond the image where the shape does not', () => {
    const shown = windowOf([box(0, 0, 10, 10)], IMAGE)
    expect([shown.x, shown.y]).toEqual([0, 0])
  })
  it('shows something around a shape without extent', () => {
    expect(windowOf([box(100, 100, 100, 100)], IMAGE).width).toBeGreaterThan(20)
  })
})
