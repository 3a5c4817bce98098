import Hub from '@mui/icons-material/HubOutlined'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Chip from '@mui/material/Chip'
import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import { useProjectId } from '@/app/use-project'
import type { Model } from '@/api/types'
import { DataTable, Pager, type Column } from '@/components/ui/data-table'
import { EmptyState } from '@/components/ui/empty-state'
import { ErrorState } from '@/components/ui/error-state'
import { PageHeader } from '@/components/ui/page-header'
import { RelativeTime } from '@/components/ui/relative-time'
import { SearchField } from '@/components/ui/search-field'
import { paths } from '@/config/paths'
import { modelsQuery } from '@/features/models/api/models'
import { bytes, figure } from '@/lib/format'
import { useListParams } from '@/lib/use-list-params'

const COLUMNS: Column<Model>[] = [
  { key: 'name', header: 'Name', sort: 'name', cell: (model) => model.name },
  { key: 'version', header: 'Newest version', cell: (model) => (model.latest_version ? `Version ${model.latest_version.number}` : '–') },
  {
    key: 'score',
    header: 'Score',
    align: 'right',
    cell: (model) => (model.latest_version ? `${figure(model.latest_version.score)} ${model.latest_version.score_name}` : '–'),
  },
  {
    key: 'formats',
    header: 'Formats',
    cell: (model) => (
      <Box sx={{ display: 'flex', gap: 1, flexWrap: 'wrap' }}>
        {model.latest_version?.formats.map((format) => (
          <Chip key={format} variant="outlined" label={format} />
        ))}
      </Box>
    ),
  },
  { key: 'size', header: 'Size', align: 'right', cell: (model) => bytes(model.latest_version?.size) },
  { key: 'made', header: 'Made', sort: 'created_at', cell: (model) => <RelativeTime at={model.created_at} /> },
]

export function Component() {
  const project = useProjectId()
  const params = useListParams({ ordering: '-created_at' })
  const models = useQuery(modelsQuery(project, params.query))
  const none = models.data?.count === 0
  return (
    <>
      <PageHeader title="Models" description="What runs have learned, with the files to use it." />
      {!(none && !params.search) && (
        <Box sx={{ mb: 4 }}>
          <SearchField value={params.search} onChange={(search) => params.update({ search })} label="Search models" />
        </Box>
      )}
      {models.isError ? (
        <ErrorState error={models.error} onRetry={() => void models.refetch()} what="models" />
      ) : none ? (
        <EmptyState
          icon={Hub}
          title={params.search ? `No model fits “${params.search}”` : 'No models yet'}
          action={
            !params.search && (
              <Button component={Link} to={paths.newRun(project)} variant="contained">
                Start a run
              </Button>
            )
          }
        >
          {params.search ? 'Try a shorter word.' : 'A run that succeeds leaves its model here.'}
        </EmptyState>
      ) : (
        <DataTable label="Models" columns={COLUMNS} rows={models.data?.results} rowKey={(model) => model.id} href={(model) => paths.model(project, model.id)} params={params} dimmed={models.isPlaceholderData} />
      )}
      <Pager page={models.data} params={params} />
    </>
  )
}
