import CheckCircle from '@mui/icons-material/CheckCircleOutlined'
import Box from '@mui/material/Box'
import Skeleton from '@mui/material/Skeleton'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { ChangedImage, ChangeKind, Comparison, SeenImage } from '@/api/types'
import { Pager } from '@/components/ui/data-table'
import { EmptyState } from '@/components/ui/empty-state'
import { ErrorState } from '@/components/ui/error-state'
import { changedQuery, type StateName } from '@/features/datasets/api/versions'
import { DatumDialog, type ShownPicture } from '@/features/datasets/components/datum-dialog'
import { CHANGE_WORDS, PairCard } from '@/features/datasets/components/pair-card'
import { classesOf, shapesOnlyIn } from '@/features/datasets/components/shape-changes'
import { count, plural } from '@/lib/format'
import { useListParams } from '@/lib/use-list-params'

export const CHANGES = Object.keys(CHANGE_WORDS) as ChangeKind[]
const GRID = { display: 'grid', gap: 3, gridTemplateColumns: 'repeat(auto-fill, minmax(min(400px, 100%), 1fr))', listStyle: 'none', p: 0, m: 0 }
const FILTERS = ['change'] as const

function pictureOf(side: string, seen: SeenImage | null, other: SeenImage | null): ShownPicture[] {
  if (!seen) return []
  const marked = other ? shapesOnlyIn(seen, other) : undefined
  const difference = marked ? classesOf(marked) : ''
  return [{ caption: `${side}: ${plural(seen.shapes.length, 'annotation')}${difference && `; only here: ${difference}`}`, url: seen.url, width: seen.width, height: seen.height, shapes: seen.shapes, marked }]
}

const picturesOf = ({ before, after }: ChangedImage): ShownPicture[] => [...pictureOf('Before', before, after), ...pictureOf('After', after, before)]

interface Props {
  dataset: number
  from: number
  to: StateName
  comparison: Comparison
  colors: ReadonlyMap<string, string>
}

/** The images that differ, by kind of change; kind and page live in the address. */
export function ChangedImages({ dataset, from, to, comparison, colors }: Props) {
  const params = useListParams({ pageSize: 24, filters: FILTERS })
  const [open, setOpen] = useState<number | null>(null)
  const there = CHANGES.filter((change) => comparison.changes[change] > 0)
  const chosen = CHANGES.find((change) => change === params.filters.change) ?? there[0]
  const images = useQuery({
    ...changedQuery(dataset, from, to, chosen ?? 'added', { page: params.page, page_size: params.page_size }),
    enabled: chosen !== undefined,
  })
  if (chosen === undefined) {
    return (
      <EmptyState icon={CheckCircle} title="No image differs">
        Both states have the same images with the same annotations and the same split.
      </EmptyState>
    )
  }
  const results = images.data?.results
  const opened = open === null ? undefined : results?.[open]
  const step = (offset: number): (() => void) | undefined =>
    open !== null && results?.[open + offset] ? () => setOpen(open + offset) : undefined
  return (
    <Box>
      <Box role="group" aria-label="Kind of change" sx={{ display: 'flex', gap: 2, flexWrap: 'wrap', mb: 3 }}>
        {CHANGES.map((change) => (
          <Box
            key={change}
            component="button"
            type="button"
            aria-pressed={change === chosen}
            disabled={comparison.changes[change] === 0}
            onClick={() => params.update({ change })}
            sx={{
              all: 'unset', px: 3, py: 1.5, borderRadius: 1, border: 1, fontSize: 13, cursor: 'pointer',
              borderColor: change === chosen ? 'primary.main' : 'divider',
              bgcolor: change === chosen ? 'action.selected' : 'transparent',
              '&:disabled': { color: 'text.disabled', cursor: 'default' },
              '&:focus-visible': { outline: 2, outlineColor: 'primary.main', outlineOffset: 2 },
            }}
          >
            {CHANGE_WORDS[change]} <b>{count(comparison.changes[change])}</b>
          </Box>
        ))}
      </Box>
      {images.isError ? (
        <ErrorState error={images.error} onRetry={() => void images.refetch()} what="images" />
      ) : (
        <Box component="ul" aria-label={CHANGE_WORDS[chosen]} aria-busy={results === undefined} sx={{ ...GRID, opacity: images.isPlaceholderData ? 0.6 : 1 }}>
          {results === undefined
            ? [1, 2, 3, 4, 5, 6].map((tile) => <Skeleton key={tile} component="li" variant="rounded" height={260} />)
            : results.map((pair, index) => <PairCard key={(pair.before ?? pair.after)?.name} pair={pair} colors={colors} onOpen={() => setOpen(index)} />)}
        </Box>
      )}
      <Pager page={images.data} params={params} />
      {opened && (
        <DatumDialog title={(opened.before ?? opened.after)?.name ?? ''} pictures={picturesOf(opened)} colors={colors} onClose={() => setOpen(null)} onPrevious={step(-1)} onNext={step(1)} />
      )}
    </Box>
  )
}
