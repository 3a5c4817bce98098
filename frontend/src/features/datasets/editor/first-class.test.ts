import { expect, test } from 'vitest'
import { firstClass, keepClass } from '@/features/datasets/editor/first-class'

const labels = [
  { id: 1, name: 'ant', color: '', shape_count: 0 },
  { id: 2, name: 'bee', color: '', shape_count: 7 },
  { id: 3, name: 'wasp', color: '', shape_count: 7 },
]

test('one begins with the class that most shapes have', () => {
  expect(firstClass(11, labels)).toBe('bee')
  expect(firstClass(11, [])).toBe('object')
})

test('the class chosen last comes first, on its own data set and while there is such a class', () => {
  keepClass(11, 'ant')
  expect(firstClass(11, labels)).toBe('ant')
  expect(firstClass(12, labels)).toBe('bee')
  keepClass(11, 'gone')
  expect(firstClass(11, labels)).toBe('bee')
})
