import { expect, test } from 'vitest'
import { listDepth, readList } from '@/components/schema-form/compact-list-field'

test('it knows lists of plain values, and lists of those', () => {
  expect(listDepth({ type: 'array', items: { type: 'integer' } })).toBe(1)
  expect(listDepth({ type: 'array', items: { type: 'array', items: { type: 'integer' } } })).toBe(2)
  expect(listDepth({ type: 'array', items: { type: 'string', enum: ['a'] } })).toBe(0)
  expect(listDepth({ type: 'array', items: { type: 'object' } })).toBe(0)
})

test('it reads values, and keeps what is no number for the validation to name', () => {
  expect(readList('0, 1 2;3', 'number')).toEqual([0, 1, 2, 3])
  expect(readList('1, x', 'number')).toEqual([1, 'x'])
  expect(readList('left eye, right eye', 'string')).toEqual(['left eye', 'right eye'])
})
