import { expect, test } from 'vitest'
import { ago, bytes, duration, figure } from '@/lib/format'
import { differences, parseObject, sameJson } from '@/lib/json'

test.each([
  [0, '0 B'],
  [1536, '1.5 KiB'],
  [8 * 1024 ** 3, '8 GiB'],
])('%d bytes are %s', (value, text) => expect(bytes(value)).toBe(text))

test.each([
  [42, '42 s'],
  [185, '3 min 05 s'],
  [7620, '2 h 07 min'],
  [273_600, '3 d 4 h'],
])('%d seconds are %s', (value, text) => expect(duration(value)).toBe(text))

test.each([
  [null, 'N/A'],
  [0.94123, '0.9412'],
  [0.00002, '2.00e-5'],
  [3, '3'],
])('the figure %s is %s', (value, text) => expect(figure(value)).toBe(text))

test('times are relative', () => {
  expect(ago('2026-01-01T00:00:00Z', Date.parse('2026-01-01T00:03:10Z'))).toBe('3 minutes ago')
})

test('differences compare values, not the order of keys', () => {
  expect(sameJson({ a: 1, b: [1, 2] }, { b: [1, 2], a: 1 })).toBe(true)
  expect(differences({ a: 1, b: 2 }, { a: 1, b: 3, c: 0 }).map(({ key }) => key)).toEqual(['b', 'c'])
})

test('a configuration is an object', () => {
  expect(parseObject('[1]')).toMatchObject({ ok: false })
  expect(parseObject('{"a": 1')).toMatchObject({ ok: false })
  expect(parseObject('{"a": 0}')).toEqual({ ok: true, value: { a: 0 } })
})
