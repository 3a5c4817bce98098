import Alert from '@mui/material/Alert'
import Box from '@mui/material/Box'
import Link from '@mui/material/Link'
import Typography from '@mui/material/Typography'
import type { TemplateVersion } from '@/api/types'
import { LazySchemaForm } from '@/components/schema-form/lazy-schema-form'
import { splitDescription } from '@/components/schema-form/description'
import { CodeBlock } from '@/components/ui/code-block'
import { KeyValues } from '@/components/ui/key-values'
import { Section } from '@/components/ui/section'
import { inline, pretty } from '@/lib/json'

/** The form of a version as a run would show it, and what the template fixes. */
export function ExampleForm({ version }: { version: TemplateVersion }) {
  const { text, link } = splitDescription(version.config_schema.description)
  const presets = Object.entries(version.presets)
  const metrics = Object.entries(version.metrics ?? {})
  return (
    <Box sx={{ display: 'grid', gap: 4, gridTemplateColumns: { xs: 'minmax(0, 1fr)', lg: 'minmax(0, 2fr) minmax(0, 1fr)' }, alignItems: 'start' }}>
      <Section title="The form a run fills in">
        <Alert severity="info" sx={{ mb: 4 }}>
          Shown with its defaults. To change values, start a run.
        </Alert>
        {(text || link) && (
          <Typography variant="body2" sx={{ mb: 4 }}>
            {text}{' '}
            {link && (
              <Link href={link} target="_blank" rel="noreferrer noopener">
                Documentation
              </Link>
            )}
          </Typography>
        )}
        <LazySchemaForm schema={version.config_schema} value={version.defaults} defaults={version.defaults} readOnly idPrefix="example" />
      </Section>
      <Box sx={{ display: 'grid', gap: 4 }}>
        <Section title="Fixed by the template">
          {presets.length === 0 ? <Typography variant="body2">Nothing.</Typography> : <KeyValues rows={presets.map(([key, value]) => [key, <code key={key}>{inline(value)}</code>])} />}
        </Section>
        <Section title="What is taken out">
          <KeyValues
            labelWidth={110}
            rows={[
              ['Score', version.score_name],
              ['Found by', <code key="regexp">{version.score_regexp}</code>],
              ['Model file', <code key="model">{version.model_filepath}</code>],
              ...metrics.map(([name, pattern]): [string, React.ReactNode] => [name, <code key={name}>{pattern}</code>]),
            ]}
          />
        </Section>
        <Section title="Schema">
          <CodeBlock label="the schema" text={pretty(version.config_schema)} />
        </Section>
      </Box>
    </Box>
  )
}
