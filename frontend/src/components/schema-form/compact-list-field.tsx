import TextField from '@mui/material/TextField'
import type { FieldProps, RJSFSchema } from '@rjsf/utils'
import { useState } from 'react'
import type { Json } from '@/api/types'
import { sameJson } from '@/lib/json'

type Kind = 'number' | 'string'

const scalarKind = (items: unknown): Kind | null => {
  const schema = items as RJSFSchema | undefined
  if (typeof schema !== 'object' || schema === null || schema.enum) return null
  if (schema.type === 'integer' || schema.type === 'number') return 'number'
  return schema.type === 'string' ? 'string' : null
}

/** How deep a list of plain values is nested: 1 for `[0, 1]`, 2 for `[[1, 3, 224, 224]]`, 0 when it is none. */
export function listDepth(schema: RJSFSchema): 0 | 1 | 2 {
  if (schema.type !== 'array' || Array.isArray(schema.items) || typeof schema.items !== 'object') return 0
  if (scalarKind(schema.items)) return 1
  return schema.items.type === 'array' && scalarKind(schema.items.items) ? 2 : 0
}

const write = (list: Json | undefined): string => (Array.isArray(list) ? list.map((item) => (Array.isArray(item) ? item.join(', ') : String(item))).join(', ') : '')
const writeLines = (list: Json | undefined): string => (Array.isArray(list) ? list.map((row) => write(row)).join('\n') : '')

/** "0, 1 2" → [0, 1, 2]; what is no number stays text, so that validation can name it. */
export function readList(text: string, kind: Kind): Json[] {
  const parts = text.split(kind === 'number' ? /[\s,;]+/ : /\s*,\s*/).filter((part) => part !== '')
  return kind === 'string' ? parts : parts.map((part) => (Number.isFinite(Number(part)) ? Number(part) : part))
}

/** A short list of plain values in one line; a list of lists in one line each. */
export function CompactListField({ schema, formData, onChange, fieldPathId, name, readonly, disabled, required, rawErrors }: FieldProps) {
  const nested = listDepth(schema) === 2
  const items = schema.items as RJSFSchema
  const kind = scalarKind(nested ? items.items : items) ?? 'string'
  const value = formData as Json | undefined
  const parse = (text: string): Json => (nested ? text.split('\n').filter((line) => line.trim() !== '').map((line) => readList(line, kind)) : readList(text, kind))
  const shown = nested ? writeLines(value) : write(value)
  const [text, setText] = useState(shown)
  // What is being typed stays as typed while it means the same.
  if (text !== shown && !sameJson(parse(text), value ?? [])) setText(shown)
  return (
    <TextField
      id={fieldPathId.$id}
      label={schema.title ?? name}
      value={text}
      required={required}
      multiline={nested}
      error={(rawErrors?.length ?? 0) > 0}
      helperText={nested ? 'One list per line, values with commas between.' : 'Values with commas between.'}
      slotProps={{ htmlInput: { readOnly: readonly || disabled } }}
      onChange={(event) => {
        setText(event.target.value)
        onChange(parse(event.target.value), fieldPathId.path)
      }}
    />
  )
}
