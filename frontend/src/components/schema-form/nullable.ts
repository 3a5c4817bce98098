import type { RJSFSchema, UiSchema } from '@rjsf/utils'
import { listDepth } from '@/components/schema-form/compact-list-field'
import type { JsonObject } from '@/api/types'
import { isObject } from '@/lib/json'

/*
 * Schemas written by pydantic say "a number or nothing" as anyOf [number, null]. Drawn as it stands that is a choice
 * between two alternatives; people expect one field that may stay empty. Only the drawn copy is changed: the server
 * validates the schema as it was uploaded.
 */

const isNull = (schema: unknown): boolean => isObject(schema) && schema.type === 'null'

function collapsed(schema: JsonObject): JsonObject {
  const key = Array.isArray(schema.anyOf) ? 'anyOf' : Array.isArray(schema.oneOf) ? 'oneOf' : null
  if (key === null) return schema
  const branches = schema[key] as unknown[]
  const rest = branches.filter((branch) => !isNull(branch))
  const [only] = rest
  if (rest.length !== 1 || rest.length === branches.length || !isObject(only) || typeof only.type !== 'string') return schema
  const { [key]: _branches, ...outer } = schema
  return { ...only, ...outer, type: [only.type, 'null'], ...(Array.isArray(only.enum) && { enum: [...only.enum, null] }) }
}

/** The schema as the form draws it. */
export function forForm(schema: JsonObject): RJSFSchema {
  const { properties } = schema
  if (!isObject(properties)) return schema as RJSFSchema
  const drawn = Object.entries(properties).map(([key, value]) => [key, isObject(value) ? forForm(collapsed(value)) : value])
  return { ...schema, properties: Object.fromEntries(drawn) } as RJSFSchema
}

/** Short lists of plain values are drawn as one line. */
export function compactLists(schema: RJSFSchema): UiSchema {
  const subschemas = [schema, ...conditional(schema)]
  const lists = subschemas
    .flatMap((one) => Object.entries(one.properties ?? {}))
    .filter(([, value]) => typeof value === 'object' && listDepth(value) > 0)
  return Object.fromEntries(lists.map(([key]) => [key, { 'ui:field': 'compactList' }]))
}

/** What `if` and `allOf` may add. */
function conditional(schema: RJSFSchema): RJSFSchema[] {
  const parts = [schema.then, schema.else, ...(schema.allOf ?? [])].filter((part) => typeof part === 'object')
  return parts.flatMap((part) => [part, ...conditional(part)])
}

/** A field that may be null becomes null, not absent, when it is emptied. */
export function emptyValues(schema: RJSFSchema): UiSchema {
  const nullable = Object.entries(schema.properties ?? {}).filter(
    ([, value]) => typeof value === 'object' && Array.isArray(value.type) && value.type.includes('null'),
  )
  return Object.fromEntries(nullable.map(([key]) => [key, { 'ui:emptyValue': null }]))
}

/** Title and description stand above the form already. */
export function withoutHeading(schema: JsonObject): JsonObject {
  const { title: _title, description: _description, ...rest } = schema
  return rest
}
