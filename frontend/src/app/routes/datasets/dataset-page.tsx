import DeleteOutline from '@mui/icons-material/DeleteOutlined'
import Edit from '@mui/icons-material/EditOutlined'
import FileDownload from '@mui/icons-material/FileDownloadOutlined'
import IosShare from '@mui/icons-material/IosShareOutlined'
import MoreVert from '@mui/icons-material/MoreVertOutlined'
import PlayArrow from '@mui/icons-material/PlayArrowOutlined'
import Upload from '@mui/icons-material/UploadOutlined'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Chip from '@mui/material/Chip'
import IconButton from '@mui/material/IconButton'
import ListItemIcon from '@mui/material/ListItemIcon'
import Menu from '@mui/material/Menu'
import MenuItem from '@mui/material/MenuItem'
import Skeleton from '@mui/material/Skeleton'
import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import { Link, useNavigate, useParams } from 'react-router'
import { NotFoundPage } from '@/app/routes/not-found-page'
import { useProjectId } from '@/app/use-project'
import type { Dataset } from '@/api/types'
import { ConfirmDialog } from '@/components/ui/confirm-dialog'
import { ErrorState } from '@/components/ui/error-state'
import { PageHeader } from '@/components/ui/page-header'
import { ImportStateChip } from '@/components/ui/state-chip'
import { TabLinks } from '@/components/ui/tab-links'
import { TextPromptDialog } from '@/components/ui/text-prompt-dialog'
import { paths } from '@/config/paths'
import { DatasetCvatView } from '@/features/cvat/components/dataset-cvat-view'
import { annotationsUrl, datasetQuery, downloadUrl, useDeleteDataset, useUpdateDataset } from '@/features/datasets/api/datasets'
import { examinationQuery } from '@/features/datasets/api/doctor'
import { ArchiveItem } from '@/features/datasets/components/archive-item'
import { ArchivedBanner } from '@/features/datasets/components/archived-banner'
import { DatasetStatistics } from '@/features/datasets/components/dataset-statistics'
import { DatasetVersions } from '@/features/datasets/components/dataset-versions'
import { attentionTitle } from '@/features/datasets/components/doctor/attention-title'
import { FindingsTab } from '@/features/datasets/components/doctor/findings-tab'
import { PageDropZone } from '@/features/datasets/components/drop-zone'
import { ExportDialog } from '@/features/datasets/components/export-dialog'
import { ImageGallery } from '@/features/datasets/components/image-gallery'
import { ImportsList } from '@/features/datasets/components/imports-list'
import { UploadDialog } from '@/features/datasets/components/upload-dialog'
import type { PickedFile } from '@/features/datasets/uploads/files-from-drop'
import { bytes, plural } from '@/lib/format'
import { toast } from '@/lib/toasts'

const SplitTab = lazy(async () => ({ default: (await import('@/features/datasets/splits/split-tab')).SplitTab }))

const TABS = [
  ['images', 'Images'],
  ['statistics', 'Labels and statistics'],
  ['split', 'Split'],
  ['findings', 'Findings'],
  ['versions', 'Versions'],
  ['imports', 'Imports'],
  ['cvat', 'CVAT'],
] as const

function MoreMenu({ dataset }: { dataset: Dataset }) {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null)
  const [dialog, setDialog] = useState<'edit' | 'delete' | 'export' | null>(null)
  const update = useUpdateDataset(dataset.id)
  const remove = useDeleteDataset(dataset.id)
  const navigate = useNavigate()
  const open = (which: 'edit' | 'delete' | 'export'): void => {
    setAnchor(null)
    setDialog(which)
  }
  return (
    <>
      <IconButton aria-label="More actions" aria-haspopup="menu" onClick={(event) => setAnchor(event.currentTarget)}>
        <MoreVert />
      </IconButton>
      <Menu anchorEl={anchor} open={anchor !== null} onClose={() => setAnchor(null)}>
        <MenuItem component="a" href={downloadUrl(dataset.id)} download onClick={() => setAnchor(null)}>
          <ListItemIcon>
            <FileDownload fontSize="small" />
          </ListItemIcon>
          Download all as ZIP
        </MenuItem>
        <MenuItem component="a" href={annotationsUrl(dataset.id)} download onClick={() => setAnchor(null)}>
          <ListItemIcon>
            <FileDownload fontSize="small" />
          </ListItemIcon>
          Download annotations.xml
        </MenuItem>
        <MenuItem onClick={() => open('export')}>
          <ListItemIcon>
            <IosShare fontSize="small" />
          </ListItemIcon>
          Export…
        </MenuItem>
        {dataset.can.includes('edit') && (
          <MenuItem onClick={() => open('edit')}>
            <ListItemIcon>
              <Edit fontSize="small" />
            </ListItemIcon>
            Name and description…
          </MenuItem>
        )}
        {dataset.can.includes('archive') && dataset.archived_at === null && <ArchiveItem dataset={dataset} onPicked={() => setAnchor(null)} />}
        {dataset.can.includes('delete') && (
          <MenuItem onClick={() => open('delete')}>
            <ListItemIcon>
              <DeleteOutline fontSize="small" color="error" />
            </ListItemIcon>
            Delete…
          </MenuItem>
        )}
      </Menu>
      {dialog === 'export' && <ExportDialog name={dataset.name} of={{ dataset: dataset.id }} onClose={() => setDialog(null)} />}
      {dialog === 'edit' && (
        <TextPromptDialog
          title="Name and description"
          confirm="Save"
          fields={[
            { key: 'name', label: 'Name', initial: dataset.name, required: true },
            { key: 'description', label: 'Description', initial: dataset.description, multiline: true },
          ]}
          onSave={(values) => update.mutateAsync(values)}
          onClose={() => setDialog(null)}
        />
      )}
      <ConfirmDialog
        open={dialog === 'delete'}
        title={`Delete ${dataset.name}?`}
        confirm="Delete the data set"
        onConfirm={async () => {
          await remove.mutateAsync()
          toast(`${dataset.name} was deleted.`)
          void navigate(paths.datasets(dataset.project))
        }}
        onClose={() => setDialog(null)}
      >
        This destroys {plural(dataset.image_count, 'image')} ({bytes(dataset.total_bytes)}), their annotations and all versions. It cannot be taken back.
        Models trained on it stay.
      </ConfirmDialog>
    </>
  )
}

function DatasetView({ dataset, tab }: { dataset: Dataset; tab: string }) {
  const [files, setFiles] = useState<PickedFile[] | null>(null)
  const mayEdit = dataset.can.includes('import')
  const target = { project: dataset.project, dataset: dataset.id, datasetName: dataset.name }
  const address = (value: string): string => paths.dataset(dataset.project, dataset.id, value)
  const examination = useQuery(examinationQuery(dataset.id))
  const badges: Record<string, { badge: number; badgeTitle: string } | undefined> = {
    findings: examination.data && { badge: examination.data.attention, badgeTitle: attentionTitle(examination.data) },
  }
  return (
    <>
      <PageHeader
        title={dataset.name}
        crumbs={[{ label: 'Data sets', href: paths.datasets(dataset.project) }]}
        meta={
          <>
            {dataset.latest_version && <Chip variant="outlined" label={`Version ${dataset.latest_version.number}`} component={Link} to={address('versions')} clickable />}
            {dataset.active_import && <ImportStateChip state={dataset.active_import.state} />}
          </>
        }
        description={dataset.description}
        actions={
          <>
            {mayEdit && (
              <Button variant="outlined" startIcon={<Upload />} onClick={() => setFiles([])}>
                Upload
              </Button>
            )}
            {mayEdit && dataset.image_count > 0 && (
              <Button component={Link} to={paths.newRun(dataset.project, { dataset: dataset.id })} variant="contained" startIcon={<PlayArrow />}>
                Train on this
              </Button>
            )}
            <MoreMenu dataset={dataset} />
          </>
        }
      />
      <ArchivedBanner dataset={dataset} />
      <TabLinks label="Parts of this data set" value={tab} tabs={TABS.map(([value, label]) => ({ value, label, href: address(value), ...badges[value] }))} />
      {tab === 'images' && <ImageGallery dataset={dataset} upload={mayEdit ? () => setFiles([]) : undefined} />}
      {tab === 'statistics' && <DatasetStatistics dataset={dataset} />}
      {tab === 'split' && (
        <Suspense fallback={<Skeleton variant="rounded" height={320} />}>
          <SplitTab dataset={dataset} mayEdit={dataset.can.includes('edit')} />
        </Suspense>
      )}
      {tab === 'findings' && <FindingsTab dataset={dataset} />}
      {tab === 'versions' && <DatasetVersions dataset={dataset} />}
      {tab === 'imports' && <ImportsList dataset={dataset} />}
      {tab === 'cvat' && <DatasetCvatView dataset={dataset} />}
      <PageDropZone text={`Drop to add to ${dataset.name}`} onFiles={setFiles} disabled={!mayEdit || files !== null} />
      {files !== null && <UploadDialog target={target} initialFiles={files} onClose={() => setFiles(null)} />}
    </>
  )
}

export function Component() {
  const project = useProjectId()
  const { datasetId, tab = 'images' } = useParams()
  const dataset = useQuery(datasetQuery(Number(datasetId)))
  if (dataset.isError) return <ErrorState error={dataset.error} onRetry={() => void dataset.refetch()} what="data set" />
  if (!TABS.some(([value]) => value === tab)) return <NotFoundPage />
  if (!dataset.data) {
    return (
      <Box aria-busy="true">
        <Skeleton width={280} height={44} />
        <Skeleton width={420} />
        <Skeleton variant="rounded" height={360} sx={{ mt: 6 }} />
      </Box>
    )
  }
  return <DatasetView key={dataset.data.id} dataset={{ ...dataset.data, project: dataset.data.project ?? project }} tab={tab} />
}
