import RestartAlt from '@mui/icons-material/RestartAltOutlined'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import FormControl from '@mui/material/FormControl'
import Typography from '@mui/material/Typography'
import type { FieldTemplateProps } from '@rjsf/utils'
import type { Json } from '@/api/types'
import { EMPTY_CONTEXT, type ConfigFormContext } from '@/components/schema-form/form-context'
import { inline, sameJson } from '@/lib/json'

const SHOWN_DEFAULT = 40

function shorten(value: Json | undefined): string {
  const text = value === undefined ? 'unset' : value === '' ? 'empty' : inline(value)
  return text.length > SHOWN_DEFAULT ? `${text.slice(0, SHOWN_DEFAULT)}…` : text
}

/** A field with its help and errors; a changed one carries a mark, its default and the way back. */
export function FieldTemplate({
  id,
  children,
  hidden,
  label,
  fieldPathId,
  rawDescription,
  rawErrors = [],
  errors,
  help,
  required,
  readonly,
  schema,
  registry,
  formData,
}: FieldTemplateProps) {
  const context = (registry.formContext as ConfigFormContext | undefined) ?? EMPTY_CONTEXT
  const [key, ...deeper] = fieldPathId.path
  if (hidden) return <div hidden>{children}</div>
  if (key === undefined) return children
  const topLevel = deeper.length === 0
  const before = context.defaults[String(key)]
  const changed = topLevel && !sameJson(before, formData as Json | undefined)
  const described = schema.type !== 'object' && rawDescription
  return (
    <Box
      data-changed={changed || undefined}
      sx={{
        minWidth: 0,
        pl: 3,
        borderLeft: 2,
        borderColor: changed ? 'secondary.main' : 'transparent',
        gridColumn: schema.type === 'object' || schema.type === 'array' ? '1 / -1' : undefined,
      }}
    >
      <FormControl fullWidth error={rawErrors.length > 0} required={required}>
        {children}
        {described && (
          <Typography variant="caption" id={`${id}__help`} sx={{ color: 'text.secondary', mt: 1 }}>
            {rawDescription}
          </Typography>
        )}
        {changed && (
          <Box sx={{ display: 'flex', alignItems: 'center', gap: 1, flexWrap: 'wrap' }}>
            <Typography variant="caption" sx={{ color: 'secondary.main' }}>
              Changed · default {shorten(before)}
            </Typography>
            {!readonly && (
              <Button
                size="small"
                color="secondary"
                startIcon={<RestartAlt />}
                onClick={() => context.reset(String(key))}
                aria-label={`Reset ${label}`}
                sx={{ minHeight: 24, py: 0, px: 1.5, fontSize: 12 }}
              >
                Reset
              </Button>
            )}
          </Box>
        )}
        {errors}
        {help}
      </FormControl>
    </Box>
  )
}
