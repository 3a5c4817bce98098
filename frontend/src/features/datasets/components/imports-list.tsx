import Inventory from '@mui/icons-material/Inventory2Outlined'
import Alert from '@mui/material/Alert'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Card from '@mui/material/Card'
import LinearProgress from '@mui/material/LinearProgress'
import Skeleton from '@mui/material/Skeleton'
import Typography from '@mui/material/Typography'
import { useQuery } from '@tanstack/react-query'
import type { Dataset, DatasetImport } from '@/api/types'
import { EmptyState } from '@/components/ui/empty-state'
import { ErrorState } from '@/components/ui/error-state'
import { RelativeTime } from '@/components/ui/relative-time'
import { ImportStateChip } from '@/components/ui/state-chip'
import { importQuery, importsQuery, useImportActions } from '@/features/datasets/api/datasets'
import { AnswerConflictsButton } from '@/features/datasets/components/answer-conflicts-button'
import { ContinueUploadButton } from '@/features/datasets/components/continue-upload-button'
import { ImportActions } from '@/features/datasets/components/import-actions'
import { ImportReportView } from '@/features/datasets/components/import-report'
import { useUploads } from '@/features/datasets/uploads/upload-manager'
import { wholeFingerprint } from '@/features/datasets/uploads/upload-plan'
import { messageOf } from '@/lib/errors'
import { plural } from '@/lib/format'
import { toast } from '@/lib/toasts'

function OneImport({ brief, dataset }: { brief: DatasetImport; dataset: Dataset }) {
  const detail = useQuery({ ...importQuery(brief.id), initialData: brief, initialDataUpdatedAt: 0 })
  const found = detail.data
  const { remove } = useImportActions(found.id)
  const here = useUploads().some((job) => job.importId === found.id && job.files.length > 0)
  // Until the first images are in, and when all is taken back, there is nothing to tell.
  const reported = found.state === 'succeeded' || found.state === 'failed' || (found.state === 'running' && (found.report?.images ?? 0) > 0)
  const cutOff = found.state === 'uploading' && !here
  const throwAway = (): void => remove.mutate(undefined, { onError: (error) => toast(messageOf(error), 'error') })
  const mayImport = dataset.can.includes('import')
  return (
    <Card component="article" aria-label={`Import ${found.id}`} sx={{ p: 4 }}>
      <Box sx={{ display: 'flex', gap: 3, alignItems: 'center', mb: 3, flexWrap: 'wrap' }}>
        <ImportStateChip state={found.state} />
        <Typography variant="body2" sx={{ color: 'text.secondary' }}>
          Import {found.id}
          {found.source && ` from ${found.source}`} · <RelativeTime at={found.created_at} />
        </Typography>
      </Box>
      {(found.state === 'queued' || found.state === 'running') && (
        <LinearProgress aria-label="Import" variant={found.progress === null ? 'indeterminate' : 'determinate'} value={(found.progress ?? 0) * 100} sx={{ mb: 2 }} />
      )}
      {found.message && (found.state === 'failed' ? <Alert severity="error">{found.message}</Alert> : <Typography variant="body2">{found.message}</Typography>)}
      {found.state === 'asking' && mayImport && <AnswerConflictsButton importId={found.id} />}
      {mayImport && <ImportActions found={found} />}
      {cutOff && mayImport && (
        <Box>
          <Typography variant="body2">
            This upload was not finished here. {plural(filesOf(found).size, 'file')} reached the server, whole or in part.
          </Typography>
          <Box sx={{ display: 'flex', gap: 2, alignItems: 'end' }}>
            <ContinueUploadButton target={{ project: dataset.project, dataset: dataset.id, datasetName: dataset.name }} importId={found.id} />
            <Button color="error" onClick={throwAway}>
              Throw it away
            </Button>
          </Box>
        </Box>
      )}
      {found.report && reported && (
        <Box sx={{ mt: found.message ? 3 : 0 }}>
          <ImportReportView report={found.report} />
        </Box>
      )}
    </Card>
  )
}

/** What was uploaded into a data set and what came of it, newest first. */
export function ImportsList({ dataset }: { dataset: Dataset }) {
  const imports = useQuery(importsQuery(dataset.id))
  if (imports.isError) return <ErrorState error={imports.error} onRetry={() => void imports.refetch()} what="imports" />
  if (!imports.data) return <Skeleton variant="rounded" height={180} />
  if (imports.data.results.length === 0) {
    return (
      <EmptyState icon={Inventory} title="Nothing was uploaded yet">
        Each upload leaves a report here: what matched, what did not, and why.
      </EmptyState>
    )
  }
  return (
    <Box sx={{ display: 'grid', gap: 3 }}>
      {imports.data.results.map((one) => (
        <OneImport key={one.id} brief={one} dataset={dataset} />
      ))}
    </Box>
  )
}

/** What the uploads are of; several may be parts of one file. */
const filesOf = (found: DatasetImport): Set<string> => new Set((found.uploads ?? []).map((upload) => wholeFingerprint(upload.fingerprint) || upload.id))
