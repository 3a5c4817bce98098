import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Checkbox from '@mui/material/Checkbox'
import MenuItem from '@mui/material/MenuItem'
import Pagination from '@mui/material/Pagination'
import Skeleton from '@mui/material/Skeleton'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import { useQuery } from '@tanstack/react-query'
import { useCallback, useState } from 'react'
import type { Dataset, Part, SplitDetail, SplitImage } from '@/api/types'
import { ErrorState } from '@/components/ui/error-state'
import { Picture } from '@/components/ui/picture'
import { SearchField } from '@/components/ui/search-field'
import { Section } from '@/components/ui/section'
import { splitImagesQuery, useAssignImages } from '@/features/datasets/api/splits'
import { PART_COLORS, PART_LABELS, PARTS, type PartOrNone } from '@/features/datasets/splits/parts'
import { messageOf } from '@/lib/errors'
import { count, plural } from '@/lib/format'
import { toast } from '@/lib/toasts'

const PAGE = 48
const SHOWN: PartOrNone[] = [...PARTS, 'none']
const TARGETS: [Part | '', string][] = [['train', 'Train'], ['val', 'Validation'], ['test', 'Test'], ['', 'No part']]

function Tile({ image, picked, onPick }: { image: SplitImage; picked: boolean; onPick?: (range: boolean) => void }) {
  const part: PartOrNone = image.part === '' ? 'none' : image.part
  const classes = Object.keys(image.labels)
  return (
    <Box component="label" sx={{ position: 'relative', display: 'block', minWidth: 0, border: 1, borderColor: picked ? 'primary.main' : 'divider', borderRadius: 1, overflow: 'hidden', cursor: onPick ? 'pointer' : 'default', bgcolor: picked ? 'action.selected' : 'background.paper' }}>
      <Box sx={{ aspectRatio: '4 / 3', bgcolor: 'action.hover', borderTop: 4 }} style={{ borderColor: PART_COLORS[part] }}>
        <Picture src={image.thumbnail_url} alt="" loading="lazy" decoding="async" style={{ width: '100%', height: '100%', objectFit: 'contain', display: 'block' }} />
      </Box>
      {onPick && (
        <Checkbox
          checked={picked}
          onChange={(event) => onPick((event.nativeEvent as MouseEvent).shiftKey)}
          slotProps={{ input: { 'aria-label': `Choose ${image.name}` } }}
          sx={{ position: 'absolute', top: 6, left: 2, p: 1, bgcolor: 'background.paper', '&:hover': { bgcolor: 'background.paper' } }}
        />
      )}
      <Box sx={{ px: 2, py: 1.5 }}>
        <Typography variant="caption" component="div" title={image.name} sx={{ fontWeight: 600, overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}>
          {image.name}
        </Typography>
        <Typography variant="caption" component="div" sx={{ color: 'text.secondary', overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}>
          {PART_LABELS[part]}
          {classes.length > 0 ? ` · ${classes.join(', ')}` : ''}
        </Typography>
      </Box>
    </Box>
  )
}

/** The images with their parts; chosen ones, or all that the filters leave, go into a part by one click. */
export function SplitImages({ dataset, split, mayEdit }: { dataset: Dataset; split: SplitDetail; mayEdit: boolean }) {
  const [filters, setFilters] = useState({ part: '', label: '', search: '' })
  const [page, setPage] = useState(1)
  const [picked, setPicked] = useState<ReadonlySet<number>>(new Set())
  const [last, setLast] = useState<number | null>(null)
  const given = Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== ''))
  const images = useQuery(splitImagesQuery(dataset.id, split.id, { ...given, page, page_size: PAGE, ordering: 'name' }))
  const assign = useAssignImages(dataset.id, split.id)
  const narrow = useCallback((part: Partial<typeof filters>): void => {
    setFilters((old) => ({ ...old, ...part }))
    setPage(1)
    setPicked(new Set())
  }, [])
  const search = useCallback((value: string) => narrow({ search: value }), [narrow])
  const rows = images.data?.results ?? []
  const all = images.data?.count ?? 0
  const pick = (index: number, range: boolean): void => {
    const from = range && last !== null ? Math.min(last, index) : index
    const to = range && last !== null ? Math.max(last, index) : index
    setPicked((old) => {
      const next = new Set(old)
      const add = !old.has(rows[index]?.id ?? 0)
      for (const row of rows.slice(from, to + 1)) {
        if (add) next.add(row.id)
        else next.delete(row.id)
      }
      return next
    })
    setLast(index)
  }
  const move = (part: Part | ''): void =>
    assign.mutate(picked.size > 0 ? { images: [...picked], part, revision: split.revision } : { filters: given, part, revision: split.revision }, {
      onSuccess: ({ moved }) => {
        setPicked(new Set())
        toast(`${plural(moved, 'image')} moved.`)
      },
      onError: (error) => toast(messageOf(error), 'error'),
    })
  const pages = Math.ceil(all / PAGE)
  return (
    <Section title="Images">
      <Box sx={{ display: 'flex', gap: 3, flexWrap: 'wrap', mb: 3 }}>
        <SearchField value={filters.search} onChange={search} label="Search names" width={220} />
        <TextField select label="Part" value={filters.part} onChange={(event) => narrow({ part: event.target.value })} sx={{ minWidth: 130 }}>
          <MenuItem value="">All</MenuItem>
          {SHOWN.map((part) => (
            <MenuItem key={part} value={part}>
              {PART_LABELS[part]}
            </MenuItem>
          ))}
        </TextField>
        <TextField select label="Class" value={filters.label} onChange={(event) => narrow({ label: event.target.value })} sx={{ minWidth: 130 }}>
          <MenuItem value="">All</MenuItem>
          {dataset.labels.map((label) => (
            <MenuItem key={label.id} value={label.name}>
              {label.name}
            </MenuItem>
          ))}
        </TextField>
      </Box>
      {mayEdit && (
        <Box role="toolbar" aria-label="Put into a part" sx={{ display: 'flex', gap: 2, flexWrap: 'wrap', alignItems: 'center', mb: 3, minHeight: 34 }}>
          <Typography variant="body2" sx={{ color: 'text.secondary', mr: 1 }}>
            {picked.size > 0 ? `${plural(picked.size, 'image')} chosen, put into` : `All ${count(all)} that are listed, put into`}
          </Typography>
          {TARGETS.map(([part, label]) => (
            <Button key={label} variant="outlined" disabled={all === 0 || assign.isPending} onClick={() => move(part)}>
              {label}
            </Button>
          ))}
          {picked.size > 0 && <Button onClick={() => setPicked(new Set())}>Choose none</Button>}
        </Box>
      )}
      {images.isError && <ErrorState error={images.error} onRetry={() => void images.refetch()} what="images" />}
      {images.isPending && <Skeleton variant="rounded" height={240} />}
      {images.data && all === 0 && (
        <Typography variant="body2" sx={{ color: 'text.secondary' }}>
          No image is like this.
        </Typography>
      )}
      <Box sx={{ display: 'grid', gap: 3, gridTemplateColumns: 'repeat(auto-fill, minmax(min(150px, 45%), 1fr))', opacity: images.isPlaceholderData ? 0.6 : 1 }}>
        {rows.map((image, index) => (
          <Tile key={image.id} image={image} picked={picked.has(image.id)} onPick={mayEdit ? (range) => pick(index, range) : undefined} />
        ))}
      </Box>
      {pages > 1 && <Pagination count={pages} page={page} onChange={(_, value) => setPage(value)} sx={{ mt: 4, '& ul': { justifyContent: 'center' } }} />}
    </Section>
  )
}
