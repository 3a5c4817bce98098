import { expect, test } from 'vitest'
import { splitDescription } from '@/components/schema-form/description'
import { emptyValues, forForm } from '@/components/schema-form/nullable'

test('it draws "a number or nothing" as one field that may stay empty', () => {
  const drawn = forForm({ properties: { seed: { title: 'Seed', anyOf: [{ type: 'integer', minimum: 0 }, { type: 'null' }], default: null } } })
  expect(drawn.properties?.seed).toEqual({ title: 'Seed', type: ['integer', 'null'], minimum: 0, default: null })
  expect(emptyValues(drawn)).toEqual({ seed: { 'ui:emptyValue': null } })
})

test('it leaves real alternatives alone', () => {
  const choice = { anyOf: [{ type: 'integer' }, { type: 'string' }] }
  expect(forForm({ properties: { choice } }).properties?.choice).toEqual(choice)
})

test('what follows "Documentation:" is a link', () => {
  expect(splitDescription('Quick. Documentation: https://example.org/a.')).toEqual({ text: 'Quick.', link: 'https://example.org/a' })
  expect(splitDescription('Quick. Documentation: see the shelf')).toEqual({ text: 'Quick. see the shelf', link: null })
  expect(splitDescription(undefined)).toEqual({ text: '', link: null })
})
