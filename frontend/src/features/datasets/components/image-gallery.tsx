import ImageSearch from '@mui/icons-material/ImageSearchOutlined'
import PhotoLibrary from '@mui/icons-material/PhotoLibraryOutlined'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Skeleton from '@mui/material/Skeleton'
import Typography from '@mui/material/Typography'
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useSearchParams } from 'react-router'
import type { Dataset, DatasetImage, ShapeKind } from '@/api/types'
import { Pager } from '@/components/ui/data-table'
import { EmptyState } from '@/components/ui/empty-state'
import { ErrorState } from '@/components/ui/error-state'
import { FilterMenu } from '@/components/ui/filter-menu'
import { SearchField } from '@/components/ui/search-field'
import { imagesQuery } from '@/features/datasets/api/datasets'
import { ImageDialog } from '@/features/datasets/components/image-dialog'
import { FALLBACK_COLOR, ShapeOverlay } from '@/features/datasets/components/shape-overlay'
import { count, plural } from '@/lib/format'
import { useListParams } from '@/lib/use-list-params'

const FILTERS = ['label', 'kind', 'annotated'] as const
const TILES = Array.from({ length: 24 }, (_, index) => index)
const GRID = { display: 'grid', gap: 3, gridTemplateColumns: 'repeat(auto-fill, minmax(min(180px, 45%), 1fr))' }

/** The open picture among those of the page; `first` and `last` come from turning over the page's edge. */
function indexOf(asked: string | null, images: DatasetImage[], isEarlierPage: boolean): number {
  if (asked === 'first') return isEarlierPage ? images.length - 1 : 0
  if (asked === 'last') return isEarlierPage ? 0 : images.length - 1
  return images.findIndex((image) => image.id === Number(asked))
}

function Tile({ image, colors, onOpen }: { image: DatasetImage; colors: ReadonlyMap<string, string>; onOpen: () => void }) {
  const tags = [...new Set(image.shapes.filter((shape) => shape.kind === 'tag').map((shape) => shape.label))]
  const drawn = image.shape_count - image.shapes.filter((shape) => shape.kind === 'tag').length
  return (
    <Box
      component="button"
      type="button"
      onClick={onOpen}
      sx={{
        all: 'unset',
        cursor: 'pointer',
        display: 'block',
        minWidth: 0,
        borderRadius: 1,
        overflow: 'hidden',
        border: 1,
        borderColor: 'divider',
        bgcolor: 'background.paper',
        '&:hover': { borderColor: 'primary.main' },
        '&:focus-visible': { outline: 2, outlineColor: 'primary.main', outlineOffset: 2 },
      }}
    >
      <Box sx={{ position: 'relative', aspectRatio: '4 / 3', bgcolor: 'action.hover' }}>
        <img
          src={image.thumbnail_url}
          alt=""
          loading="lazy"
          decoding="async"
          style={{ position: 'absolute', inset: 0, width: '100%', height: '100%', objectFit: 'contain', imageRendering: image.width < 100 ? 'pixelated' : 'auto' }}
        />
        <ShapeOverlay shapes={image.shapes} width={image.width} height={image.height} colors={colors} />
      </Box>
      <Box sx={{ px: 2, py: 1.5 }}>
        <Typography variant="caption" component="div" sx={{ fontWeight: 600, overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}>
          {image.name}
        </Typography>
        <Typography variant="caption" component="div" sx={{ color: 'text.secondary', display: 'flex', gap: 1.5, alignItems: 'center', overflow: 'hidden', whiteSpace: 'nowrap' }}>
          {tags.map((tag) => (
            <Box key={tag} component="span" sx={{ display: 'inline-flex', alignItems: 'center', gap: 1 }}>
              <Box component="span" aria-hidden style={{ background: colors.get(tag) ?? FALLBACK_COLOR }} sx={{ width: 8, height: 8, borderRadius: '2px' }} />
              {tag}
            </Box>
          ))}
          {drawn > 0 && plural(drawn, 'shape')}
          {image.shape_count === 0 && 'not annotated'}
        </Typography>
      </Box>
    </Box>
  )
}

/** The pictures of a data set with their shapes; filters, page and the open picture live in the address. */
export function ImageGallery({ dataset, upload }: { dataset: Dataset; upload?: () => void }) {
  const params = useListParams({ pageSize: 48, ordering: 'name', filters: FILTERS })
  const [search, setSearch] = useSearchParams()
  const images = useQuery(imagesQuery(dataset.id, params.query))
  const colors = useMemo(() => new Map(dataset.labels.map((label) => [label.name, label.color || FALLBACK_COLOR])), [dataset.labels])
  const results = images.data?.results
  const asked = search.get('image')
  const openIndex = results ? indexOf(asked, results, images.isPlaceholderData) : -1
  const opened = results?.[openIndex]
  const pages = images.data ? Math.ceil(images.data.count / params.page_size) : 1
  const show = (image: DatasetImage | null): void =>
    setSearch(
      (old) => {
        const next = new URLSearchParams(old)
        if (image) next.set('image', String(image.id))
        else next.delete('image')
        return next
      },
      { replace: asked !== null },
    )
  const step = (offset: number): (() => void) | undefined => {
    if (images.isPlaceholderData) return undefined
    const target = results?.[openIndex + offset]
    if (target) return () => show(target)
    const page = params.page + offset
    return page >= 1 && page <= pages ? () => params.update({ page, image: offset > 0 ? 'first' : 'last' }, { replace: true }) : undefined
  }
  // While the next page loads, the picture that was left stays.
  const shownPage = images.isPlaceholderData && (asked === 'first' || asked === 'last') ? params.page + (asked === 'first' ? -1 : 1) : params.page
  const filtered = params.search !== '' || Object.values(params.filters).some(Boolean)
  if (dataset.image_count === 0 && !filtered) {
    return (
      <EmptyState
        icon={PhotoLibrary}
        title="No images yet"
        action={
          upload && (
            <Button variant="contained" onClick={upload}>
              Upload images
            </Button>
          )
        }
      >
        Drop images and an annotations.xml anywhere on this page, or one ZIP that holds both.
      </EmptyState>
    )
  }
  return (
    <Box>
      <Box sx={{ display: 'flex', gap: 2, flexWrap: 'wrap', mb: 4, alignItems: 'center' }}>
        <SearchField value={params.search} onChange={(text) => params.update({ search: text, image: null })} label="Search file names" />
        <FilterMenu
          label="Label"
          value={params.filters.label ?? ''}
          options={dataset.labels.map((label) => ({ value: label.name, label: `${label.name} (${count(label.shape_count)})` }))}
          onChange={(label) => params.update({ label })}
        />
        <FilterMenu
          label="Shape"
          value={params.filters.kind ?? ''}
          options={(Object.entries(dataset.kind_counts) as [ShapeKind, number][]).map(([kind, number]) => ({ value: kind, label: `${kind} (${count(number)})` }))}
          onChange={(kind) => params.update({ kind })}
        />
        <FilterMenu
          label="Annotations"
          value={params.filters.annotated ?? ''}
          options={[
            { value: 'true', label: 'annotated' },
            { value: 'false', label: 'not annotated' },
          ]}
          onChange={(annotated) => params.update({ annotated })}
        />
        {filtered && (
          <Button onClick={() => params.update({ search: null, label: null, kind: null, annotated: null })}>Clear all</Button>
        )}
      </Box>
      {images.isError ? (
        <ErrorState error={images.error} onRetry={() => void images.refetch()} what="images" />
      ) : results?.length === 0 ? (
        <EmptyState icon={ImageSearch} title="No image fits these filters">
          Take a filter off, or search for another name.
        </EmptyState>
      ) : (
        <Box sx={{ ...GRID, opacity: images.isPlaceholderData ? 0.6 : 1 }}>
          {results === undefined
            ? TILES.map((tile) => <Skeleton key={tile} variant="rounded" sx={{ aspectRatio: '1', height: 'auto' }} />)
            : results.map((image) => <Tile key={image.id} image={image} colors={colors} onOpen={() => show(image)} />)}
        </Box>
      )}
      <Pager page={images.data} params={params} />
      {opened && images.data && (
        <ImageDialog
          image={opened}
          colors={colors}
          onClose={() => show(null)}
          onPrevious={step(-1)}
          onNext={step(1)}
          position={`${count((shownPage - 1) * params.page_size + openIndex + 1)} of ${count(images.data.count)}`}
        />
      )}
    </Box>
  )
}
