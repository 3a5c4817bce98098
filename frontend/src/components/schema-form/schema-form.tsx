import { generateForm } from '@rjsf/mui'
import type { ErrorSchema, RJSFSchema, UiSchema } from '@rjsf/utils'
import { toErrorSchema } from '@rjsf/utils'
import { useMemo } from 'react'
import type { ConfigError, JsonObject } from '@/api/types'
import { FieldTemplate } from '@/components/schema-form/field-template'
import type { ConfigFormContext } from '@/components/schema-form/form-context'
import { ObjectTemplate } from '@/components/schema-form/object-template'
import validator from '@/components/schema-form/validator'

export interface SchemaFormProps {
  schema: JsonObject
  value: JsonObject
  defaults: JsonObject
  onChange?: (value: JsonObject) => void
  /** What the server found; shown at the fields. */
  errors?: ConfigError[]
  readOnly?: boolean
  idPrefix?: string
}

const TEMPLATES = { FieldTemplate, ObjectFieldTemplate: ObjectTemplate }
/** Loosely typed on purpose: rjsf's types descend into whatever they are given. */
type FormData = Record<string, unknown>

const Form = generateForm<FormData>()
const UI: UiSchema<FormData> = { 'ui:submitButtonOptions': { norender: true } }
const IGNORE = (): undefined => undefined

function toExtraErrors(errors: ConfigError[] | undefined): ErrorSchema<FormData> | undefined {
  if (!errors || errors.length === 0) return undefined
  return toErrorSchema<FormData>(
    errors.map(({ path, message }) => ({
      property: path.map((part) => (typeof part === 'number' ? `[${part}]` : `['${part}']`)).join(''),
      message,
      stack: message,
    })),
  )
}

/** A form rendered from a JSON Schema. Load it lazily: it is the heaviest part of the app. */
export default function SchemaForm({ schema, value, defaults, onChange, errors, readOnly = false, idPrefix = 'config' }: SchemaFormProps) {
  // Title and description stand above the form already.
  const inner = useMemo(() => {
    const { title: _title, description: _description, ...rest } = schema
    return rest as RJSFSchema
  }, [schema])
  const formContext = useMemo<ConfigFormContext>(
    () => ({
      defaults,
      value,
      reset: (key) => {
        const next = { ...value }
        const before = defaults[key]
        if (before === undefined) delete next[key]
        else next[key] = before
        onChange?.(next)
      },
    }),
    [defaults, value, onChange],
  )
  return (
    <Form
      tagName="div"
      idPrefix={idPrefix}
      schema={inner}
      uiSchema={UI}
      formData={value}
      formContext={formContext}
      validator={validator}
      templates={TEMPLATES}
      extraErrors={toExtraErrors(errors)}
      liveValidate
      showErrorList={false}
      noHtml5Validate
      readonly={readOnly}
      disabled={readOnly}
      onChange={onChange ? ({ formData }) => onChange((formData ?? {}) as JsonObject) : IGNORE}
      onSubmit={IGNORE}
    />
  )
}
