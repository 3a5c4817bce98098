import { describe, expect, it } from 'vitest'
import { mergeLists } from '@/features/datasets/splits/read-lists'
import { withShare } from '@/features/datasets/splits/shares-field'

const file = (name: string, value: unknown) => ({ name, text: JSON.stringify(value) })

describe('lists of a split from JSON files', () => {
  it('takes one document as it is', () => {
    const document = { format: 'trainyard-split-1', images: 3, train: [0, 1], val: [2] }
    expect(mergeLists([file('split.json', document)])).toEqual(document)
  })

  it('tells the part of a bare list by the name of its file', () => {
    expect(mergeLists([file('train_indicies.json', [0]), file('eval_indicies.json', [1]), file('Test.json', [2])])).toEqual({ train: [0], val: [1], test: [2] })
  })

  it('refuses what it cannot tell', () => {
    expect(() => mergeLists([file('first.json', [0])])).toThrow('does not say')
    expect(() => mergeLists([file('a.json', 3)])).toThrow('neither a list')
    expect(() => mergeLists([file('train.json', [0]), file('b.json', { train: [1] })])).toThrow('a second time')
    expect(() => mergeLists([{ name: 'train.json', text: '[0' }])).toThrow('not valid JSON')
  })
})

describe('shares', () => {
  it.each([
    ['train', 50],
    ['val', 100],
    ['test', 0],
    ['val', 250],
    ['train', Number.NaN],
  ] as const)('add up to 100 after %s was set to %d', (part, typed) => {
    const next = withShare({ train: 70, val: 15, test: 15 }, part, typed)
    expect(next.train + next.val + next.test).toBe(100)
    expect(Math.min(...Object.values(next))).toBeGreaterThanOrEqual(0)
  })

  it('leaves what was typed as it was', () => {
    expect(withShare({ train: 70, val: 15, test: 15 }, 'train', 80)).toEqual({ train: 80, val: 10, test: 10 })
  })
})
