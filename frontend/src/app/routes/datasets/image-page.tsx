import ArrowBack from '@mui/icons-material/ArrowBackIosNewOutlined'
import ArrowForward from '@mui/icons-material/ArrowForwardIosOutlined'
import DeleteOutline from '@mui/icons-material/DeleteOutlined'
import Edit from '@mui/icons-material/EditOutlined'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import IconButton from '@mui/material/IconButton'
import Skeleton from '@mui/material/Skeleton'
import Tooltip from '@mui/material/Tooltip'
import Typography from '@mui/material/Typography'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useNavigate, useParams, useSearchParams } from 'react-router'
import { useProjectId } from '@/app/use-project'
import { ConfirmDialog } from '@/components/ui/confirm-dialog'
import { ErrorState } from '@/components/ui/error-state'
import { PageHeader } from '@/components/ui/page-header'
import { paths } from '@/config/paths'
import { datasetQuery } from '@/features/datasets/api/datasets'
import { imageQuery, placeQuery, useDeleteImages } from '@/features/datasets/api/gallery'
import { writeDraft } from '@/features/datasets/editor/draft'
import { filterOf } from '@/features/datasets/gallery/filter'
import { ImageView, STAGE_HEIGHT } from '@/features/datasets/viewer/image-view'
import { useArrows, useTurning } from '@/features/datasets/viewer/use-turning'
import { count, plural } from '@/lib/format'
import { toast } from '@/lib/toasts'

const EDIT = 'edit'

export function Component() {
  const project = useProjectId()
  const params = useParams()
  const [datasetId, imageId] = [Number(params.datasetId), Number(params.imageId)]
  const [search, setSearch] = useSearchParams()
  const navigate = useNavigate()
  const client = useQueryClient()
  const filter = filterOf(search)
  const dataset = useQuery(datasetQuery(datasetId))
  const image = useQuery(imageQuery(datasetId, imageId))
  const placed = useQuery(placeQuery(datasetId, imageId, filter))
  const place = placed.data
  const remove = useDeleteImages(datasetId)
  const [deleting, setDeleting] = useState(false)
  const editing = search.has(EDIT) && (dataset.data?.can.includes('edit') ?? false)
  const address = (id: number): string => paths.image(project, datasetId, id, [filter, editing ? `${EDIT}=1` : ''].filter(Boolean).join('&'))
  const back = `${paths.dataset(project, datasetId)}?${[filter, place?.position != null ? `at=${place.position}` : ''].filter(Boolean).join('&')}`
  const found = image.data?.id === imageId ? image.data : undefined
  const turning = useTurning(place, placed.isSuccess && !placed.isPlaceholderData, (id) => void navigate(address(id), { replace: true }))
  useArrows(found === undefined, turning)

  useEffect(() => {
    // Newer browsers answer with a promise, which must not become the effect's clean-up.
    void window.scrollTo(0, 0)
  }, [])
  useEffect(() => {
    for (const id of [place?.next, place?.previous]) {
      if (id == null) continue
      void client.prefetchQuery(imageQuery(datasetId, id)).then(() => {
        const url = client.getQueryData(imageQuery(datasetId, id).queryKey)?.url
        if (url) new Image().src = url
      })
    }
  }, [client, datasetId, place?.next, place?.previous])

  if (dataset.isError) return <ErrorState error={dataset.error} onRetry={() => void dataset.refetch()} what="data set" back={{ label: 'All data sets', href: paths.datasets(project) }} />
  if (image.isError) return <ErrorState error={image.error} onRetry={() => void image.refetch()} what="image" back={{ label: `Images of ${dataset.data?.name ?? 'the data set'}`, href: back }} />
  return (
    <Box>
      <PageHeader
        title={found?.name ?? 'Image'}
        heading={<Box component="span" sx={{ fontSize: 20 }}>{found?.name ?? <Skeleton width={220} />}</Box>}
        crumbs={[
          { label: 'Data sets', href: paths.datasets(project) },
          { label: dataset.data?.name ?? '…', href: back },
        ]}
        actions={
          <>
            <Typography variant="body2" sx={{ color: 'text.secondary', fontVariantNumeric: 'tabular-nums', minWidth: 96, textAlign: 'right' }}>
              {place && (place.position === null ? `not among ${plural(place.count, 'image')}` : `${count(place.position + 1)} of ${count(place.count)}`)}
            </Typography>
            <Tooltip title="Image before (left arrow)">
              <span>
                <IconButton aria-label="Image before" disabled={!turning.previous} onClick={turning.previous}>
                  <ArrowBack fontSize="small" />
                </IconButton>
              </span>
            </Tooltip>
            <Tooltip title="Image after (right arrow)">
              <span>
                <IconButton aria-label="Image after" disabled={!turning.next} onClick={turning.next}>
                  <ArrowForward fontSize="small" />
                </IconButton>
              </span>
            </Tooltip>
            {dataset.data?.can.includes('edit') && (
              <>
                {!editing && (
                  <Button
                    variant="outlined"
                    startIcon={<Edit />}
                    onClick={() => setSearch((old) => new URLSearchParams([...old, [EDIT, '1']]), { replace: true })}
                    sx={{ display: { xs: 'none', md: 'inline-flex' } }}
                  >
                    Edit
                  </Button>
                )}
                <Tooltip title="Delete this image…">
                  <IconButton aria-label="Delete this image" onClick={() => setDeleting(true)}>
                    <DeleteOutline fontSize="small" />
                  </IconButton>
                </Tooltip>
              </>
            )}
          </>
        }
      />
      {dataset.data?.can.includes('edit') && (
        <Typography variant="body2" sx={{ display: { md: 'none' }, color: 'text.secondary', mb: 3 }}>
          To change annotations, open this page on a larger screen.
        </Typography>
      )}
      {dataset.data && found ? (
        <ImageView
          key={found.id}
          dataset={dataset.data}
          image={found}
          editing={editing}
          onEditing={(on) =>
            setSearch(
              (old) => {
                const changed = new URLSearchParams([...old].filter(([key]) => key !== EDIT))
                if (on) changed.set(EDIT, '1')
                return changed
              },
              { replace: true },
            )
          }
          onPrevious={turning.previous}
          onNext={turning.next}
        />
      ) : (
        <Box aria-busy="true" sx={{ display: 'grid', gap: 4, gridTemplateColumns: { xs: 'minmax(0, 1fr)', md: 'minmax(0, 1fr) 300px' } }}>
          <Skeleton variant="rounded" sx={{ height: STAGE_HEIGHT }} animation={false} />
          <Skeleton variant="rounded" height={220} animation={false} />
        </Box>
      )}
      <ConfirmDialog
        open={deleting}
        title={`Delete ${found?.name ?? 'this image'}?`}
        confirm="Delete the image"
        onConfirm={async () => {
          await remove.mutateAsync({ ids: [imageId] })
          writeDraft(datasetId, imageId, null)
          toast(`${found?.name ?? 'The image'} was deleted.`)
          const after = place?.next ?? place?.previous
          void navigate(after == null ? paths.dataset(project, datasetId) : address(after), { replace: true })
        }}
        onClose={() => setDeleting(false)}
      >
        The image goes with its {plural(found?.shape_count ?? 0, 'annotation')} and its file. Versions that were made before keep what they have.
      </ConfirmDialog>
    </Box>
  )
}
