import FileDownload from '@mui/icons-material/FileDownloadOutlined'
import RestartAlt from '@mui/icons-material/RestartAltOutlined'
import UploadFile from '@mui/icons-material/UploadFileOutlined'
import Alert from '@mui/material/Alert'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Link from '@mui/material/Link'
import Typography from '@mui/material/Typography'
import { useRef } from 'react'
import type { ConfigError, TemplateVersion } from '@/api/types'
import { splitDescription } from '@/components/schema-form/description'
import { LazyJsonEditor } from '@/components/schema-form/lazy-json-editor'
import { LazySchemaForm } from '@/components/schema-form/lazy-schema-form'
import type { ConfigDraft } from '@/components/schema-form/use-config-draft'
import { saveText } from '@/lib/download'
import { messageOf } from '@/lib/errors'
import { plural } from '@/lib/format'
import { differences } from '@/lib/json'
import { toast } from '@/lib/toasts'

interface Props {
  version: TemplateVersion
  draft: ConfigDraft
  errors: ConfigError[]
}

/** `provider-architecture_time-train.json`, as the published contract names saved configurations. */
function fileName(version: TemplateVersion): string {
  const { provider, architecture } = version.template
  const time = new Date().toISOString().slice(0, 19).replaceAll(':', '-')
  return `${provider}-${architecture}_${time}-train.json`.toLowerCase().replaceAll(/[\s/]+/g, '_')
}

const PANE = { minWidth: 0, maxHeight: { lg: 'calc(100vh - 300px)' }, minHeight: { lg: 420 }, overflow: { lg: 'auto' } } as const

/** A configuration as form and as JSON, side by side and in step. */
export function ConfigPanel({ version, draft, errors }: Props) {
  const input = useRef<HTMLInputElement>(null)
  const { text, link } = splitDescription(version.config_schema.description)
  const changed = differences(version.defaults, draft.value).length
  const load = async (file: File | undefined): Promise<void> => {
    if (!file) return
    try {
      draft.setText(await file.text())
      toast(`${file.name} is loaded. Look over what it changed.`, 'info')
    } catch (error) {
      toast(messageOf(error), 'error')
    }
    if (input.current) input.current.value = ''
  }
  return (
    <Box>
      <Box sx={{ display: 'flex', gap: 2, alignItems: 'center', flexWrap: 'wrap', mb: 2 }}>
        <Typography variant="body2" sx={{ color: 'text.secondary', flex: '1 1 240px' }}>
          {text}{' '}
          {link && (
            <Link href={link} target="_blank" rel="noreferrer noopener">
              Documentation
            </Link>
          )}
        </Typography>
        <input ref={input} type="file" accept=".json,application/json" hidden aria-label="Configuration file" onChange={(event) => void load(event.target.files?.[0])} />
        <Button startIcon={<UploadFile />} onClick={() => input.current?.click()}>
          Load
        </Button>
        <Button startIcon={<FileDownload />} onClick={() => saveText(fileName(version), draft.text)}>
          Save
        </Button>
        <Button startIcon={<RestartAlt />} color="secondary" disabled={changed === 0 && draft.problem === null} onClick={() => draft.setValue(version.defaults)}>
          {changed > 0 ? `Reset ${plural(changed, 'change')}` : 'Reset'}
        </Button>
      </Box>
      {draft.problem && (
        <Alert severity="error" sx={{ mb: 3 }} role="alert">
          The JSON cannot be read: {draft.problem} The form keeps the last values that could be; your text stays as it is.
        </Alert>
      )}
      <Box sx={{ display: 'grid', gap: 4, gridTemplateColumns: { xs: 'minmax(0, 1fr)', lg: 'minmax(0, 3fr) minmax(260px, 2fr)' } }}>
        <Box sx={{ ...PANE, pr: { lg: 2 }, pt: 2 }} role="group" aria-label="Configuration as a form">
          <LazySchemaForm schema={version.config_schema} value={draft.value} defaults={version.defaults} onChange={draft.setValue} errors={errors} />
        </Box>
        <Box sx={{ ...PANE, height: { xs: 320, lg: 'auto' } }} role="group" aria-label="Configuration as JSON">
          <LazyJsonEditor value={draft.text} onChange={draft.setText} label="Configuration as JSON" invalid={draft.problem !== null} />
        </Box>
      </Box>
    </Box>
  )
}
