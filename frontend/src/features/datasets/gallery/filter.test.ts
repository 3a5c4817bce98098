import { expect, test } from 'vitest'
import { chipsOf, filterOf, toggled } from '@/features/datasets/gallery/filter'

test('the same filter is always written the same way, and nothing else of the address is in it', () => {
  const one = filterOf(new URLSearchParams('label=rust&at=7&label=leaf&search=&kind=box'))
  expect(one).toBe(filterOf(new URLSearchParams('kind=box&label=leaf&label=rust')))
  expect(one).toBe('kind=box&label=leaf&label=rust')
})

test('each chip says what it does and takes only itself off', () => {
  const params = new URLSearchParams('label=leaf&label=rust&label_none=stem&width_min=10&width_max=20&annotated=false&center_x_min=0&center_y_max=1')
  const chips = chipsOf(params)
  expect(chips.map((chip) => chip.text)).toEqual(['leaf', 'rust', 'without stem', 'Image width 10 to 20 px', 'shape centred in one spot', 'not annotated'])
  for (const chip of chips) expect(chipsOf(chip.without)).toHaveLength(chips.length - 1)
})

test('toggling twice changes nothing', () => {
  const params = new URLSearchParams('kind=box')
  expect(toggled(toggled(params, 'kind', 'mask'), 'kind', 'mask').toString()).toBe('kind=box')
})
