import type { RJSFSchema } from '@rjsf/utils'
import { expect, test } from 'vitest'
import validator, { pointerPath, validate } from '@/components/schema-form/validator'

const number: RJSFSchema = { type: 'object', required: ['epochs'], properties: { epochs: { type: 'integer', minimum: 1 }, mode: { enum: ['a', 'b'] } } }

test('it names the field of each error', () => {
  expect(validate(number, { epochs: 0, mode: 'c' })).toEqual([
    expect.objectContaining({ path: ['epochs'] }),
    expect.objectContaining({ path: ['mode'], message: expect.stringContaining('Must be one of') as string }),
  ])
  expect(validate(number, {})).toEqual([{ path: ['epochs'], message: 'Is required.' }])
})

test('it says which type was expected', () => {
  expect(validate(number, { epochs: 1.5 })[0]?.message).toContain('Expected integer')
})

test.each([
  ['draft 7 definitions', { $schema: 'http://json-schema.org/draft-07/schema#', definitions: { size: { type: 'integer', minimum: 1 } }, properties: { size: { $ref: '#/definitions/size' } } }],
  ['2019-09 $defs', { $schema: 'https://json-schema.org/draft/2019-09/schema', $defs: { size: { type: 'integer', minimum: 1 } }, properties: { size: { $ref: '#/$defs/size' } } }],
  ['2020-12 $defs, as pydantic writes them', { $defs: { size: { type: 'integer', minimum: 1 } }, properties: { size: { $ref: '#/$defs/size' } } }],
])('it follows references of %s', (_, schema) => {
  expect(validate(schema as object, { size: 0 })).toEqual([expect.objectContaining({ path: ['size'] })])
  expect(validate(schema as object, { size: 4 })).toEqual([])
})

test('it merges the branches of "a number or nothing" into one sentence', () => {
  const schema = { properties: { seed: { anyOf: [{ type: 'integer', minimum: 0 }, { type: 'null' }] } } } as const
  expect(validate(schema as object, { seed: null })).toEqual([])
  expect(validate(schema as object, { seed: 'x' }).map((error) => error.message)).toEqual(['Expected integer or null.'])
  expect(validate(schema as object, { seed: -1 })).toEqual([expect.objectContaining({ path: ['seed'], message: expect.stringContaining('less than') as string })])
})

test('it compares a branch with the definitions of its root', () => {
  const root = { $defs: { name: { type: 'string' } } } as const
  expect(validator.isValid({ $ref: '#/$defs/name' }, 'x' as never, root as object)).toBe(true)
  expect(validator.isValid({ $ref: '#/$defs/name' }, 1 as never, root as object)).toBe(false)
  expect(validator.isValid({ $ref: '#/nowhere' }, 1 as never, root as object)).toBe(false)
})

test('it reports a schema that leads nowhere instead of throwing', () => {
  expect(validator.validateFormData({ a: 1 }, { properties: { a: { $ref: '#/$defs/none' } } }).errors).toHaveLength(1)
})

test('it reads pointers with escapes', () => {
  expect(pointerPath('#/items/0/a~1b/c%20d')).toEqual(['items', 0, 'a/b', 'c d'])
})
