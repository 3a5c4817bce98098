import CheckCircle from '@mui/icons-material/CheckCircleOutlined'
import Alert from '@mui/material/Alert'
import Box from '@mui/material/Box'
import Typography from '@mui/material/Typography'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { ConfigError, JsonObject, TemplateVersion } from '@/api/types'
import { CodeBlock } from '@/components/ui/code-block'
import { KeyValues } from '@/components/ui/key-values'
import { configCheckQuery } from '@/features/templates/api/templates'
import { messageOf } from '@/lib/errors'
import { plural } from '@/lib/format'
import { inline } from '@/lib/json'

const TYPING_MS = 400

function useSettled<T>(value: T): T {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), TYPING_MS)
    return () => clearTimeout(timer)
  }, [value])
  return settled
}

export function ErrorSummary({ errors }: { errors: ConfigError[] }) {
  if (errors.length === 0) return null
  return (
    <Alert severity="error" role="alert">
      {plural(errors.length, 'thing')} to correct
      <Box component="ul" sx={{ m: 0, pl: 5 }}>
        {errors.map((error, index) => (
          <li key={`${error.path.join('.')}-${index}`}>
            {error.path.length > 0 && <code>{error.path.join('.')}</code>} {error.message}
          </li>
        ))}
      </Box>
    </Alert>
  )
}

/** What the server says of the configuration, and what train.py will be called with. */
export function ConfigCheckView({ version, config, exportConfig }: { version: TemplateVersion; config: JsonObject; exportConfig: JsonObject | null }) {
  const settled = useSettled(config)
  const settledExport = useSettled(exportConfig)
  const check = useQuery(configCheckQuery(version.id, settled, settledExport))
  const presets = Object.entries(version.presets)
  return (
    <Box sx={{ display: 'grid', gap: 3 }}>
      {check.isError && <Alert severity="warning">The configuration could not be checked: {messageOf(check.error)}</Alert>}
      {check.data && !check.data.valid && <ErrorSummary errors={check.data.errors} />}
      {check.data?.valid && (
        <Typography variant="body2" sx={{ display: 'flex', gap: 2, alignItems: 'center', color: 'success.main' }}>
          <CheckCircle fontSize="small" /> The configuration fits the schema.
        </Typography>
      )}
      {check.data?.arguments && (
        <Box>
          <Typography variant="h6" component="h3" sx={{ mb: 1 }}>
            train.py is called with
          </Typography>
          <CodeBlock label="the arguments" text={check.data.arguments} maxHeight={120} />
        </Box>
      )}
      {presets.length > 0 && (
        <Box component="details">
          <Box component="summary" sx={{ cursor: 'pointer', fontSize: 13, fontWeight: 600, mb: 2 }}>
            Fixed by the template ({presets.length})
          </Box>
          <KeyValues rows={presets.map(([key, value]) => [key, <code key={key}>{inline(value)}</code>])} />
        </Box>
      )}
    </Box>
  )
}
