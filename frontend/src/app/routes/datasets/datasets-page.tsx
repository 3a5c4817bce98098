import Add from '@mui/icons-material/AddOutlined'
import SwapHoriz from '@mui/icons-material/SwapHorizOutlined'
import Collections from '@mui/icons-material/CollectionsOutlined'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link, useNavigate } from 'react-router'
import { useProjectId } from '@/app/use-project'
import { Pager } from '@/components/ui/data-table'
import { EmptyState } from '@/components/ui/empty-state'
import { ErrorState } from '@/components/ui/error-state'
import { FilterMenu } from '@/components/ui/filter-menu'
import { PageHeader } from '@/components/ui/page-header'
import { SearchField } from '@/components/ui/search-field'
import { paths } from '@/config/paths'
import { datasetsQuery } from '@/features/datasets/api/datasets'
import { CreateDatasetDialog } from '@/features/datasets/components/create-dataset-dialog'
import { DatasetCards } from '@/features/datasets/components/dataset-cards'
import { PageDropZone } from '@/features/datasets/components/drop-zone'
import type { PickedFile } from '@/features/datasets/uploads/files-from-drop'
import { projectQuery } from '@/features/projects/api/projects'
import { useListParams } from '@/lib/use-list-params'

const ORDERS = [
  { value: '-updated_at', label: 'changed last' },
  { value: '-created_at', label: 'newest' },
  { value: 'name', label: 'name' },
]

const FILTERS = ['archived'] as const
const ARCHIVE = [
  { value: 'true', label: 'archived ones' },
  { value: 'any', label: 'all' },
]

export function Component() {
  const project = useProjectId()
  const params = useListParams({ pageSize: 24, ordering: '-updated_at', filters: FILTERS })
  const datasets = useQuery(datasetsQuery(project, params.query))
  const mayEdit = useQuery(projectQuery(project)).data?.role !== 'viewer'
  const [files, setFiles] = useState<PickedFile[] | null>(null)
  const navigate = useNavigate()
  const create = mayEdit && (
    <Button variant="contained" startIcon={<Add />} onClick={() => setFiles([])}>
      New data set
    </Button>
  )
  const none = datasets.data?.count === 0
  const filtered = Boolean(params.search || params.filters.archived)
  return (
    <>
      <PageHeader
        title="Data sets"
        description="Images with their annotations. A run pins a version of one."
        actions={
          <>
            <Button component={Link} to={paths.convert(project)} startIcon={<SwapHoriz />}>
              Convert labels
            </Button>
            {!(none && !filtered) && create}
          </>
        }
      />
      {!(none && !filtered) && (
        <Box sx={{ display: 'flex', gap: 2, mb: 4, flexWrap: 'wrap' }}>
          <SearchField value={params.search} onChange={(search) => params.update({ search })} label="Search data sets" />
          <FilterMenu always label="Order" value={params.ordering} options={ORDERS} onChange={(ordering) => params.update({ ordering })} />
          <FilterMenu label="Archive" value={params.filters.archived ?? ''} options={ARCHIVE} onChange={(archived) => params.update({ archived })} />
        </Box>
      )}
      {datasets.isError ? (
        <ErrorState error={datasets.error} onRetry={() => void datasets.refetch()} what="data sets" />
      ) : none ? (
        filtered ? (
          <EmptyState icon={Collections} title={params.search ? `No data set fits “${params.search}”` : 'No archived data set'}>
            {params.search ? 'Try a shorter word, or look in another project.' : 'A data set that is archived is hidden from the list and stays whole.'}
          </EmptyState>
        ) : (
          <EmptyState icon={Collections} title="No data sets yet" action={create}>
            Drop images and their labels (CVAT, COCO, YOLO, Pascal VOC, LabelMe, CSV or masks) anywhere on this page, or one ZIP that holds both. Folders
            named like classes become tags.
          </EmptyState>
        )
      ) : (
        <DatasetCards datasets={datasets.data?.results} project={project} dimmed={datasets.isPlaceholderData} />
      )}
      <Pager page={datasets.data} params={params} />
      <PageDropZone text="Drop to make a new data set" onFiles={setFiles} disabled={!mayEdit || files !== null} />
      {files !== null && (
        <CreateDatasetDialog
          project={project}
          initialFiles={files}
          onClose={() => setFiles(null)}
          onCreated={(dataset) => void navigate(paths.dataset(project, dataset.id))}
        />
      )}
    </>
  )
}
