import { expect, test } from 'vitest'
import { placeQuery, stepName, stepQuery, used, wholeStepName } from '@/features/datasets/statistics/steps'

test('a step is named and found by its edges', () => {
  expect(stepName([0, 4, 8], 1, 'px')).toBe('4–8 px')
  expect(stepName([0, 4, 8], 2, 'px')).toBe('8 px and more')
  expect(wholeStepName([0, 1, 2, 6], 1)).toBe('1')
  expect(wholeStepName([0, 1, 2, 6], 2)).toBe('2–5')
  expect(stepQuery('shape_width', [0, 4, 8], 0, false)).toEqual({ shape_width_max: '4' })
  expect(stepQuery('objects', [0, 1, 2], 0, true)).toEqual({ objects_min: '0', objects_max: '0' })
  expect(stepQuery('width', [0, 4], 1, true)).toEqual({ width_min: '4' })
})

test('the edge of the map takes what lies outside along', () => {
  expect(placeQuery(4, 0, 3)).toEqual({ center_x_max: '0.25', center_y_min: '0.75' })
})

test('a grid is drawn as large as what is in it', () => {
  expect(used({ edges: [], counts: [[3, 2, 7], [4, 4, 1]] })).toEqual({ firstX: 3, firstY: 2, columns: 2, rows: 3, cells: [[0, 2, 7], [1, 0, 1]] })
})
