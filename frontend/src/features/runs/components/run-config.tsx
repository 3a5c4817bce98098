import FileDownload from '@mui/icons-material/FileDownloadOutlined'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Typography from '@mui/material/Typography'
import { useQuery } from '@tanstack/react-query'
import type { RunDetail } from '@/api/types'
import { LazySchemaForm } from '@/components/schema-form/lazy-schema-form'
import { CodeBlock } from '@/components/ui/code-block'
import { Section } from '@/components/ui/section'
import { DifferencesTable } from '@/features/runs/components/differences-table'
import { useTemplateVersionOf } from '@/features/runs/components/use-template-version-of'
import { templateVersionQuery } from '@/features/templates/api/templates'
import { saveText } from '@/lib/download'
import { differences, pretty } from '@/lib/json'

/** The configuration of a run, read-only: as form, as JSON, and what differs from the defaults. */
export function RunConfig({ run }: { run: RunDetail }) {
  const versionId = useTemplateVersionOf(run)
  const version = useQuery({ ...templateVersionQuery(versionId ?? 0), enabled: versionId !== null })
  const changed = version.data ? differences(version.data.defaults, run.config) : []
  return (
    <Box sx={{ display: 'grid', gap: 4, gridTemplateColumns: { xs: 'minmax(0, 1fr)', lg: 'minmax(0, 1fr) minmax(0, 1fr)' }, alignItems: 'start' }}>
      <Box sx={{ display: 'grid', gap: 4, minWidth: 0 }}>
        {version.data && (
          <Section title="Changed from the template’s defaults" flush={changed.length > 0}>
            {changed.length === 0 ? <Typography variant="body2">Nothing: all values are the defaults.</Typography> : <DifferencesTable differences={changed} before="Default" after="This run" />}
          </Section>
        )}
        {version.data && (
          <Section title="Form">
            <Box sx={{ pt: 2 }}>
              <LazySchemaForm schema={version.data.config_schema} value={run.config} defaults={version.data.defaults} readOnly idPrefix="run" />
            </Box>
          </Section>
        )}
      </Box>
      <Box sx={{ display: 'grid', gap: 4, minWidth: 0 }}>
        <Section title="Arguments of train.py">
          <CodeBlock label="the arguments" text={run.arguments || 'none'} maxHeight={160} />
        </Section>
        <Section
          title="JSON"
          actions={
            <Button startIcon={<FileDownload />} onClick={() => saveText(`run-${run.id}-train.json`, pretty(run.config))}>
              Save as a file
            </Button>
          }
        >
          <CodeBlock label="the configuration" text={pretty(run.config)} />
        </Section>
        {Object.keys(run.presets ?? {}).length > 0 && (
          <Section title="Fixed by the template">
            <CodeBlock label="the presets" text={pretty(run.presets)} />
          </Section>
        )}
        <Section title="ONNX export">{run.export_config ? <CodeBlock label="the export configuration" text={pretty(run.export_config)} /> : <Typography variant="body2">Off.</Typography>}</Section>
      </Box>
    </Box>
  )
}
