import FilterList from '@mui/icons-material/FilterListOutlined'
import ImageSearch from '@mui/icons-material/ImageSearchOutlined'
import PhotoLibrary from '@mui/icons-material/PhotoLibraryOutlined'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Chip from '@mui/material/Chip'
import Drawer from '@mui/material/Drawer'
import Skeleton from '@mui/material/Skeleton'
import Typography from '@mui/material/Typography'
import { useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { useNavigate, useSearchParams } from 'react-router'
import type { Dataset, GalleryImage } from '@/api/types'
import { EmptyState } from '@/components/ui/empty-state'
import { ErrorState } from '@/components/ui/error-state'
import { FilterMenu } from '@/components/ui/filter-menu'
import { SearchField } from '@/components/ui/search-field'
import { paths } from '@/config/paths'
import { countQuery } from '@/features/datasets/api/gallery'
import { FALLBACK_COLOR } from '@/features/datasets/components/shape-overlay'
import { chipsOf, filterOf, ORDERINGS } from '@/features/datasets/gallery/filter'
import { FilterPanel } from '@/features/datasets/gallery/filter-panel'
import { GalleryGrid } from '@/features/datasets/gallery/gallery-grid'
import { SelectionBar } from '@/features/datasets/gallery/selection-bar'
import { useFindingTitles } from '@/features/datasets/gallery/use-finding-titles'
import { plural } from '@/lib/format'

const TILES = Array.from({ length: 18 }, (_, index) => index)
const GRID = { display: 'grid', gap: 3, gridTemplateColumns: 'repeat(auto-fill, minmax(min(190px, 45%), 1fr))' }
const AT = 'at'

/** The pictures of a data set with their shapes. The filter is the address, so any view can be sent to a colleague. */
export function ImageGallery({ dataset, upload }: { dataset: Dataset; upload?: () => void }) {
  const [params, setParams] = useSearchParams()
  const navigate = useNavigate()
  const filter = filterOf(params)
  const found = useQuery(countQuery(dataset.id, filter))
  const colors = useMemo(() => new Map(dataset.labels.map((label) => [label.name, label.color || FALLBACK_COLOR])), [dataset.labels])
  const [selection, setSelection] = useState<{ filter: string; all: boolean; ids: ReadonlySet<number> }>({ filter, all: false, ids: new Set() })
  const [drawer, setDrawer] = useState(false)
  const mayEdit = dataset.can.includes('edit')
  const chips = chipsOf(params, useFindingTitles(dataset.id))
  const count = found.data?.count ?? 0
  // What is chosen is chosen among what is seen.
  const chosen = selection.filter === filter ? selection : { filter, all: false, ids: new Set<number>() }
  const number = chosen.all ? count : chosen.ids.size
  const change = (next: URLSearchParams): void => {
    next.delete(AT)
    setParams(next, { replace: true })
  }
  const set = (key: string, value: string | null): void => {
    const next = new URLSearchParams(params)
    if (value === null || value === '') next.delete(key)
    else next.set(key, value)
    change(next)
  }
  const select = (images: GalleryImage[]): void => {
    const ids = new Set(chosen.all ? [] : chosen.ids)
    const [only] = images
    if (images.length === 1 && only && ids.has(only.id)) ids.delete(only.id)
    else images.forEach((image) => ids.add(image.id))
    setSelection({ filter, all: false, ids })
  }
  const clear = (): void => setSelection({ filter, all: false, ids: new Set() })
  const remember = (index: number): void => {
    // So that Back comes to the same place of the list.
    const next = new URLSearchParams(params)
    next.set(AT, String(index))
    void navigate({ search: next.toString() }, { replace: true, preventScrollReset: true })
  }
  if (dataset.image_count === 0 && filter === '') {
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
  const panel = <FilterPanel dataset={dataset} params={params} onChange={change} />
  const startAt = params.has(AT) ? Number(params.get(AT)) || 0 : null
  return (
    <Box sx={{ display: 'grid', gap: 6, gridTemplateColumns: { xs: 'minmax(0, 1fr)', lg: '232px minmax(0, 1fr)' }, alignItems: 'start' }}>
      <Box sx={{ display: { xs: 'none', lg: 'block' }, position: 'sticky', top: 72, maxHeight: 'calc(100vh - 88px)', overflowY: 'auto', pr: 2, scrollbarWidth: 'thin' }} tabIndex={-1}>
        {panel}
      </Box>
      <Drawer open={drawer} onClose={() => setDrawer(false)} slotProps={{ paper: { sx: { width: 300, p: 4 }, 'aria-label': 'Filters' } }} sx={{ display: { lg: 'none' } }}>
        {panel}
        <Button variant="contained" onClick={() => setDrawer(false)} sx={{ mt: 4, position: 'sticky', bottom: 0 }}>
          Show {plural(count, 'image')}
        </Button>
      </Drawer>
      <Box sx={{ minWidth: 0 }}>
        <Box sx={{ display: 'flex', gap: 2, flexWrap: 'wrap', mb: 3, alignItems: 'center' }}>
          <SearchField value={params.get('search') ?? ''} onChange={(text) => set('search', text)} label="Search file names" />
          <Button variant="outlined" startIcon={<FilterList />} onClick={() => setDrawer(true)} sx={{ display: { lg: 'none' } }}>
            Filters{chips.length > 0 ? ` (${chips.length})` : ''}
          </Button>
          <FilterMenu label="Order" always value={params.get('ordering') ?? 'name'} options={ORDERINGS} onChange={(value) => set('ordering', value === 'name' ? null : value)} />
          <Typography variant="body2" aria-live="polite" sx={{ color: 'text.secondary', ml: 'auto', minHeight: 20 }}>
            {found.data && plural(count, 'image')}
          </Typography>
        </Box>
        {chips.length > 0 && (
          <Box sx={{ display: 'flex', gap: 1.5, flexWrap: 'wrap', mb: 3, alignItems: 'center' }} aria-label="Filters in use" role="group">
            {chips.map((chip) => (
              <Chip key={chip.text} label={chip.text} color="primary" variant="outlined" onDelete={() => change(chip.without)} sx={{ maxWidth: 320 }} />
            ))}
            <Button onClick={() => change(new URLSearchParams(params.has('ordering') ? { ordering: params.get('ordering') ?? '' } : {}))}>Clear all</Button>
          </Box>
        )}
        {number > 0 && (
          <SelectionBar
            dataset={dataset}
            chosen={number}
            fitting={count}
            isAll={chosen.all}
            images={chosen.all ? { filter, count } : { ids: [...chosen.ids] }}
            onAll={() => setSelection({ filter, all: true, ids: new Set() })}
            onClear={clear}
          />
        )}
        {found.isError ? (
          <ErrorState error={found.error} onRetry={() => void found.refetch()} what="images" />
        ) : found.data === undefined ? (
          <Box sx={GRID} aria-busy="true">
            {TILES.map((tile) => (
              <Skeleton key={tile} variant="rounded" sx={{ aspectRatio: '1', height: 'auto' }} />
            ))}
          </Box>
        ) : count === 0 ? (
          <EmptyState icon={ImageSearch} title="No image fits these filters">
            Take a filter off, or search for another name.
          </EmptyState>
        ) : (
          <GalleryGrid
            key={filter}
            dataset={dataset.id}
            filter={filter}
            count={count}
            colors={colors}
            startAt={startAt}
            isSelected={(image) => chosen.all || chosen.ids.has(image.id)}
            selectable={mayEdit}
            href={(image) => paths.image(dataset.project, dataset.id, image.id, filter)}
            onOpen={remember}
            onSelect={select}
          />
        )}
      </Box>
    </Box>
  )
}
