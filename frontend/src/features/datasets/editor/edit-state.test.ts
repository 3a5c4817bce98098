import { expect, test } from 'vitest'
import type { Shape } from '@/api/types'
import { boxBetween, isBoxEnough, moved, pointAdded, pointRemoved, resized } from '@/features/datasets/editor/geometry'
import { edit, startEditing, toSend } from '@/features/datasets/editor/edit-state'

const SIZE = { width: 100, height: 50 }
const BOX: Shape = { id: 7, kind: 'box', label: 'leaf', geometry: { x1: 10, y1: 10, x2: 30, y2: 20, rotation: 0 }, attributes: {}, z_order: 0, occluded: false, group: 0, source: '' }

test('every change can be taken back and done again', () => {
  let state = startEditing([BOX])
  state = edit(state, { type: 'add', shape: { kind: 'tag', label: 'rust', geometry: {} } })
  state = edit(state, { type: 'change', id: 7, to: (shape) => moved(shape, 5, 0, SIZE) })
  state = edit(state, { type: 'remove', id: 7 })
  expect(state.shapes.map((shape) => shape.id)).toEqual([-1])
  for (let back = 0; back < 3; back += 1) state = edit(state, { type: 'undo' })
  expect(state.shapes).toEqual([BOX])
  expect(edit(state, { type: 'undo' })).toBe(state)
  for (let again = 0; again < 3; again += 1) state = edit(state, { type: 'redo' })
  expect(state.shapes.map((shape) => shape.id)).toEqual([-1])
})

test('a key held down is one step back', () => {
  let state = startEditing([BOX])
  for (let press = 0; press < 5; press += 1) state = edit(state, { type: 'change', id: 7, to: (shape) => moved(shape, 1, 0, SIZE), merge: 'nudge 7' })
  expect(edit(state, { type: 'undo' }).shapes).toEqual([BOX])
})

test('a new shape after one that was taken back has another number, and numbers of ours are not sent', () => {
  let state = edit(startEditing([BOX]), { type: 'add', shape: { kind: 'tag', label: 'a', geometry: {} } })
  state = edit(state, { type: 'add', shape: { kind: 'tag', label: 'b', geometry: {} } })
  expect(state.shapes.map((shape) => shape.id)).toEqual([7, -1, -2])
  expect(toSend(state.shapes).map((shape) => shape.id)).toEqual([7, undefined, undefined])
})

test('nothing is moved or drawn out of the picture, and no box is turned inside out', () => {
  expect(moved(BOX, -50, 500, SIZE).geometry).toEqual({ x1: 0, y1: 40, x2: 20, y2: 50, rotation: 0 })
  expect(boxBetween([90, 60], [-5, 20], SIZE)).toEqual({ x1: 0, y1: 20, x2: 90, y2: 50, rotation: 0 })
  expect(isBoxEnough(boxBetween([5, 5], [5.4, 30], SIZE))).toBe(false)
  expect(resized({ x1: 10, y1: 10, x2: 30, y2: 20 }, [-1, 0], [99, 0], SIZE)).toEqual({ x1: 29, y1: 10, x2: 30, y2: 20 })
})

test('points come and go where they are meant to', () => {
  expect(pointAdded([[0, 0], [10, 0], [10, 10]], 0, [5, -3], SIZE)).toEqual([[0, 0], [5, 0], [10, 0], [10, 10]])
  expect(pointRemoved([[0, 0], [5, 0], [10, 0]], 1)).toEqual([[0, 0], [10, 0]])
})
