import { expect, test } from 'vitest'
import { yRange } from '@/components/charts/y-range'

test('a constant runs through the middle of its axis', () => {
  expect(yRange(1, 1)).toEqual([0.9, 1.1])
  expect(yRange(-20, -20)).toEqual([-22, -18])
  expect(yRange(0, 0)).toEqual([-1, 1])
})

test('a curve that moves gets the usual axis, one without points a plain one', () => {
  expect(yRange(0.2, 0.9)).toBeNull()
  expect(yRange(null, null)).toEqual([0, 1])
})
