import History from '@mui/icons-material/HistoryOutlined'
import Button from '@mui/material/Button'
import Box from '@mui/material/Box'
import Typography from '@mui/material/Typography'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Dataset, DatasetVersion } from '@/api/types'
import { DataTable, type Column } from '@/components/ui/data-table'
import { EmptyState } from '@/components/ui/empty-state'
import { ErrorState } from '@/components/ui/error-state'
import { RelativeTime } from '@/components/ui/relative-time'
import { useCreateVersion, versionsQuery } from '@/features/datasets/api/datasets'
import { ExportDialog } from '@/features/datasets/components/export-dialog'
import { messageOf } from '@/lib/errors'
import { bytes, count, shortDigest } from '@/lib/format'
import { toast } from '@/lib/toasts'

function ExportButton({ version, dataset }: { version: DatasetVersion; dataset: Dataset }) {
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button size="small" onClick={() => setOpen(true)}>
        Export…
      </Button>
      {open && <ExportDialog name={`${dataset.name}, version ${version.number}`} of={{ dataset: dataset.id, version: version.number }} onClose={() => setOpen(false)} />}
    </>
  )
}

const COLUMNS: Column<DatasetVersion>[] = [
  { key: 'number', header: 'Version', cell: (version) => `Version ${version.number}` },
  { key: 'images', header: 'Images', align: 'right', cell: (version) => count(version.image_count) },
  { key: 'annotated', header: 'Annotated', align: 'right', cell: (version) => count(version.annotated_count) },
  { key: 'shapes', header: 'Annotations', align: 'right', cell: (version) => count(version.shape_count) },
  { key: 'size', header: 'Size', align: 'right', cell: (version) => bytes(version.total_bytes) },
  { key: 'digest', header: 'Digest', cell: (version) => <code title={version.digest}>{shortDigest(version.digest)}</code> },
  { key: 'by', header: 'Made', cell: (version) => <><RelativeTime at={version.created_at} />{version.created_by ? ` by ${version.created_by.username}` : ''}</> },
]

/** Frozen states of a data set; a run pins one when it is submitted. */
export function DatasetVersions({ dataset, mayEdit }: { dataset: Dataset; mayEdit: boolean }) {
  const versions = useQuery(versionsQuery(dataset.id))
  const create = useCreateVersion(dataset.id)
  const known = versions.data?.results.map((version) => version.number) ?? []
  const freeze = (): void =>
    create.mutate(undefined, {
      onSuccess: (version) =>
        toast(known.includes(version.number) ? `Nothing has changed since version ${version.number}.` : `Version ${version.number} is frozen.`, known.includes(version.number) ? 'info' : 'success'),
      onError: (error) => toast(messageOf(error), 'error'),
    })
  const button = mayEdit && dataset.image_count > 0 && (
    <Button variant="outlined" loading={create.isPending} onClick={freeze}>
      Freeze a version now
    </Button>
  )
  if (versions.isError) return <ErrorState error={versions.error} onRetry={() => void versions.refetch()} what="versions" />
  if (versions.data?.results.length === 0) {
    return (
      <EmptyState icon={History} title="No version yet" action={button}>
        A version is a frozen state of this data set. Every run pins one when it is submitted, so results can be traced.
      </EmptyState>
    )
  }
  return (
    <Box>
      <Box sx={{ display: 'flex', justifyContent: 'space-between', alignItems: 'center', mb: 3, gap: 3, flexWrap: 'wrap' }}>
        <Typography variant="body2" sx={{ color: 'text.secondary' }}>
          A run pins the version it was submitted with; versions never change.
        </Typography>
        {button}
      </Box>
      <DataTable label="Versions" columns={[...COLUMNS, { key: 'export', header: '', cell: (version) => <ExportButton version={version} dataset={dataset} /> }]} rows={versions.data?.results} rowKey={(version) => version.id} />
    </Box>
  )
}
