import { Validator, type OutputUnit, type Schema, type SchemaDraft } from '@cfworker/json-schema'
import {
  createErrorHandler,
  toErrorList,
  toErrorSchema,
  unwrapErrorHandler,
  validationDataMerge,
  type CustomValidator,
  type ErrorTransformer,
  type RJSFSchema,
  type RJSFValidationError,
  type UiSchema,
  type ValidationData,
  type ValidatorType,
} from '@rjsf/utils'
import type { ConfigError } from '@/api/types'

/** Loosely typed on purpose: rjsf's types descend into whatever they are given. */
type FormData = Record<string, unknown>

/*
 * Validates by walking the schema. The usual validator of rjsf (ajv) writes JavaScript and evaluates it, which the
 * content policy forbids and which uploaded schemas should never cause.
 */

const DRAFTS: [RegExp, SchemaDraft][] = [
  [/draft-0[34]/, '4'],
  [/draft-0[67]/, '7'],
  [/2019-09/, '2019-09'],
]
const NEWEST: SchemaDraft = '2020-12'

function draftOf(schema: RJSFSchema): SchemaDraft {
  const named = DRAFTS.find(([pattern]) => pattern.test(schema.$schema ?? ''))
  if (named) return named[1]
  // Unnamed schemas of templates are draft 7 by custom; $defs and prefixItems show a newer one.
  return schema.$schema || '$defs' in schema ? NEWEST : '7'
}

const validators = new WeakMap<object, Validator>()

function validatorFor(schema: RJSFSchema): Validator {
  let found = validators.get(schema)
  if (!found) {
    found = new Validator(schema as Schema, draftOf(schema), false)
    validators.set(schema, found)
  }
  return found
}

/** `#/items/0/a~1b` → `['items', 0, 'a/b']`. */
export function pointerPath(pointer: string): (string | number)[] {
  return pointer
    .replace(/^#?\/?/, '')
    .split('/')
    .filter((part) => part !== '')
    .map((part) => decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part))
}

const BRANCH = /\/(anyOf|oneOf)\/\d+(\/|$)/

/** Leaves only errors that name a cause: not the schemas around it, nor the alternatives a value was never meant for. */
function causes(units: OutputUnit[]): OutputUnit[] {
  const leaves = units.filter(
    (unit) => !units.some((other) => other !== unit && other.keywordLocation.startsWith(`${unit.keywordLocation}/`)),
  )
  const telling = leaves.filter((unit) => !BRANCH.test(unit.keywordLocation) || unit.keyword !== 'type')
  const told = new Set(telling.map((unit) => unit.instanceLocation))
  const alternatives = new Map<string, OutputUnit[]>()
  for (const unit of leaves) {
    if (telling.includes(unit) || told.has(unit.instanceLocation)) continue
    alternatives.set(unit.instanceLocation, [...(alternatives.get(unit.instanceLocation) ?? []), unit])
  }
  const merged = [...alternatives.values()].map((group): OutputUnit => {
    const [first] = group
    const types = [...new Set(group.flatMap((unit) => /Expected (.+)\.$/.exec(unit.error)?.[1] ?? []))]
    return { ...(first as OutputUnit), error: `Expected ${types.join(' or ').replaceAll('"', '')}.` }
  })
  return [...telling, ...merged]
}

function sentence(unit: OutputUnit): string {
  const type = /^Instance type "(.+)" is invalid\. Expected (.+)\.$/.exec(unit.error)
  if (type) return `Expected ${(type[2] ?? '').replaceAll('"', '')}, but this is ${type[1] ?? 'something else'}.`
  if (unit.keyword === 'enum') return unit.error.replace(/^Instance does not match any of /, 'Must be one of ')
  if (unit.keyword === 'additionalProperties' || unit.keyword === 'false') return 'The schema knows no such key.'
  return unit.error
}

function toConfigError(unit: OutputUnit): ConfigError {
  const path = pointerPath(unit.instanceLocation)
  const missing = unit.keyword === 'required' ? /property "(.+)"/.exec(unit.error)?.[1] : undefined
  if (missing !== undefined) return { path: [...path, missing], message: 'Is required.' }
  return { path, message: sentence(unit), schema_path: pointerPath(unit.keywordLocation) }
}

/** What is wrong with `value`, each error with the path of its field; empty when all is well. */
export function validate(schema: RJSFSchema, value: unknown): ConfigError[] {
  const { valid, errors } = validatorFor(schema).validate(value)
  return valid ? [] : causes(errors).map(toConfigError)
}

function toRjsf(error: ConfigError): RJSFValidationError {
  const property = error.path.map((part) => (typeof part === 'number' ? `[${part}]` : `['${part}']`)).join('')
  return { property, message: error.message, stack: `${error.path.join('.')}: ${error.message}` }
}

/** Root definitions travel with a sub-schema, so that its `$ref`s lead somewhere. */
function withDefinitions(schema: RJSFSchema, root: RJSFSchema): RJSFSchema {
  if (schema === root) return schema
  const { $defs, definitions } = root
  return { ...($defs && { $defs }), ...(definitions && { definitions }), ...schema }
}

const blank = (data: FormData | undefined): FormData => data ?? {}

const validator: ValidatorType<FormData> = {
  validateFormData(
    formData: FormData | undefined,
    schema: RJSFSchema,
    customValidate?: CustomValidator<FormData>,
    transformErrors?: ErrorTransformer<FormData>,
    uiSchema?: UiSchema<FormData>,
  ): ValidationData<FormData> {
    const found = validator.rawValidation<RJSFValidationError>(schema, formData)
    const raw = found.validationError
      ? [{ stack: found.validationError.message, message: found.validationError.message, property: '.' }]
      : (found.errors ?? [])
    const errors = transformErrors ? transformErrors(raw, uiSchema) : raw
    const own = { errors, errorSchema: toErrorSchema<FormData>(errors) }
    if (!customValidate) return own
    const handled = customValidate(blank(formData), createErrorHandler<FormData>(blank(formData)), uiSchema)
    const custom = unwrapErrorHandler<FormData>(handled)
    return validationDataMerge<FormData>({ errors: [...errors, ...toErrorList(custom)], errorSchema: own.errorSchema }, custom, true)
  },
  isValid(schema: RJSFSchema, formData: FormData | undefined, root: RJSFSchema): boolean {
    try {
      return validatorFor(withDefinitions(schema, root)).validate(formData).valid
    } catch {
      return false // a schema that cannot be walked fits nothing
    }
  },
  rawValidation<Result>(schema: RJSFSchema, formData?: FormData) {
    try {
      return { errors: validate(schema, formData).map(toRjsf) as Result[] }
    } catch (error) {
      return { validationError: error instanceof Error ? error : new Error(String(error)) }
    }
  },
}

export default validator
