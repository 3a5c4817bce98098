import FolderOpen from '@mui/icons-material/FolderOpenOutlined'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import FileDownload from '@mui/icons-material/FileDownloadOutlined'
import Typography from '@mui/material/Typography'
import type { RunDetail } from '@/api/types'
import { EmptyState } from '@/components/ui/empty-state'
import { ModelFiles } from '@/components/ui/model-files'
import { Section } from '@/components/ui/section'
import { modelFileUrl } from '@/features/models/api/models'
import { saveText } from '@/lib/download'
import { bytes } from '@/lib/format'
import { pretty } from '@/lib/json'
import { logDownloadUrl } from '@/lib/log-stream'

/** Everything of a run that can be taken along. */
export function RunFiles({ run }: { run: RunDetail }) {
  return (
    <Box sx={{ display: 'grid', gap: 4, maxWidth: 860 }}>
      <Section title="Model">
        {run.outputs.length === 0 ? (
          <EmptyState icon={FolderOpen} title="No model files">
            A run that ends well leaves them here.
          </EmptyState>
        ) : (
          run.outputs.map((output) => <ModelFiles key={output.model_version} files={output.files} href={(file) => modelFileUrl(output.model_version, file.id)} />)
        )}
      </Section>
      <Section title="Records">
        <Box sx={{ display: 'flex', gap: 2, flexWrap: 'wrap', alignItems: 'center' }}>
          {run.execution !== null && (
            <Button component="a" href={logDownloadUrl(run.execution)} download variant="outlined" startIcon={<FileDownload />}>
              Log{run.attempt ? ` (${bytes(run.attempt.log_bytes)})` : ''}
            </Button>
          )}
          <Button variant="outlined" startIcon={<FileDownload />} onClick={() => saveText(`run-${run.id}-train.json`, pretty(run.config))}>
            Configuration
          </Button>
        </Box>
        {run.image?.digest && (
          <Typography variant="caption" component="p" sx={{ color: 'text.secondary', mb: 0, overflowWrap: 'anywhere' }}>
            Image {run.image.tag} {run.image.digest}
          </Typography>
        )}
      </Section>
    </Box>
  )
}
