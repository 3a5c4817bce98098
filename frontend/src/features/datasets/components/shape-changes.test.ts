import { expect, test } from 'vitest'
import type { DatumShape, SeenImage } from '@/api/types'
import { classesOf, shapesOnlyIn } from '@/features/datasets/components/shape-changes'

const box = (x1: number, label = 'leaf'): DatumShape => ({ kind: 'box', label, geometry: { x1, y1: 0, x2: 5, y2: 5 }, attributes: {}, z_order: 0, occluded: false, source: '', group: 0 })
const seen = (...shapes: DatumShape[]): SeenImage => ({ index: 0, image: null, name: 'a.png', digest: '', size: 1, width: 8, height: 8, split: '', labels: {}, url: '', thumbnail_url: '', shapes })

test('a shape that was only rounded or moved in the list is the same', () => {
  const own = seen(box(1.001), box(2))
  expect(shapesOnlyIn(own, seen(box(2), box(1))).size).toBe(0)
})

test('what is there more often than on the other side stands out', () => {
  const own = seen(box(1), box(1), box(1, 'rust'))
  expect([...shapesOnlyIn(own, seen(box(1)))]).toEqual([own.shapes[1], own.shapes[2]])
  expect(classesOf(shapesOnlyIn(own, null))).toBe('leaf × 2, rust')
})
