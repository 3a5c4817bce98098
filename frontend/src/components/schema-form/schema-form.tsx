import { generateForm } from '@rjsf/mui'
import type { DescriptionFieldProps, ErrorSchema, UiSchema } from '@rjsf/utils'
import { toErrorSchema } from '@rjsf/utils'
import Box from '@mui/material/Box'
import { useMemo } from 'react'
import type { ConfigError, JsonObject } from '@/api/types'
import { CompactListField } from '@/components/schema-form/compact-list-field'
import { FieldTemplate } from '@/components/schema-form/field-template'
import type { ConfigFormContext } from '@/components/schema-form/form-context'
import { compactLists, emptyValues, forForm, withoutHeading } from '@/components/schema-form/nullable'
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
  /** Adds the defaults of fields that appear while it is filled in; otherwise absent stays absent. */
  fillIn?: boolean
}

const AS_GIVEN = { emptyObjectFields: 'skipDefaults' } as const
const FIELDS = { compactList: CompactListField }
/** A switch would show its help twice: above itself, and below like every field. */
function Description({ id, description, schema }: DescriptionFieldProps) {
  return schema.type === 'boolean' || !description ? null : <span id={id}>{description}</span>
}

const TEMPLATES = { DescriptionFieldTemplate: Description, FieldTemplate, ObjectFieldTemplate: ObjectTemplate }
/** Loosely typed on purpose: rjsf's types descend into whatever they are given. */
type FormData = Record<string, unknown>

const Form = generateForm<FormData>()
const UI: UiSchema<FormData> = { 'ui:submitButtonOptions': { norender: true } }
/** Lists come in raised cards; here a line around them is enough. */
const PLAIN_PAPER = {
  '& .MuiPaper-root': { boxShadow: 'none', border: 1, borderColor: 'divider', bgcolor: 'transparent' },
  '& .MuiPaper-root .MuiPaper-root': { border: 0 },
} as const
/** Values that are only read are read in full contrast, like everything else on the page. */
const READABLE = {
  '& .MuiInputBase-input.Mui-disabled, & .MuiSelect-select.Mui-disabled': { WebkitTextFillColor: 'var(--mui-palette-text-primary)', color: 'text.primary' },
  '& .MuiInputLabel-root.Mui-disabled, & .MuiFormLabel-root.Mui-disabled': { color: 'text.secondary' },
  '& .MuiFormControlLabel-root .MuiFormControlLabel-label.Mui-disabled': { color: 'text.primary' },
  '& .MuiOutlinedInput-root.Mui-disabled .MuiOutlinedInput-notchedOutline': { borderColor: 'divider' },
  '& .MuiCheckbox-root.Mui-disabled.Mui-checked, & .MuiRadio-root.Mui-disabled.Mui-checked': { color: 'primary.main' },
} as const
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
export default function SchemaForm({ schema, value, defaults, onChange, errors, readOnly = false, idPrefix = 'config', fillIn = false }: SchemaFormProps) {
  const inner = useMemo(() => forForm(withoutHeading(schema)), [schema])
  const uiSchema = useMemo(() => ({ ...UI, ...emptyValues(inner), ...compactLists(inner) }), [inner])
  const formContext = useMemo<ConfigFormContext>(
    () => ({
      defaults,
      value,
      reset: (key) => {
        const { [key]: _changed, ...others } = value
        const before = defaults[key]
        // The key keeps its place among the others.
        onChange?.(before === undefined ? others : { ...value, [key]: before })
      },
    }),
    [defaults, value, onChange],
  )
  return (
    <Box sx={readOnly ? { ...PLAIN_PAPER, ...READABLE } : PLAIN_PAPER}>
    <Form
      tagName="div"
      idPrefix={idPrefix}
      schema={inner}
      uiSchema={uiSchema}
      formData={value}
      formContext={formContext}
      validator={validator}
      templates={TEMPLATES}
      fields={FIELDS}
      experimental_defaultFormStateBehavior={fillIn ? undefined : AS_GIVEN}
      extraErrors={toExtraErrors(errors)}
      liveValidate
      showErrorList={false}
      noHtml5Validate
      readonly={readOnly}
      onChange={onChange ? ({ formData }, field) => {
              // Without a field it is rjsf itself that speaks, not a person.
              if (field !== undefined) onChange((formData ?? {}) as JsonObject)
            } : IGNORE}
      onSubmit={IGNORE}
    />
    </Box>
  )
}
