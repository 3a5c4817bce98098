import ArrowForward from '@mui/icons-material/ArrowForwardOutlined'
import Box from '@mui/material/Box'
import Card from '@mui/material/Card'
import Chip from '@mui/material/Chip'
import Typography from '@mui/material/Typography'
import { useMemo } from 'react'
import type { ChangedImage, ChangeKind, DatumShape, SeenImage } from '@/api/types'
import { DatumPicture } from '@/features/datasets/components/datum-picture'
import { classesOf, shapesOnlyIn } from '@/features/datasets/components/shape-changes'
import { plural } from '@/lib/format'

export const CHANGE_WORDS: Record<ChangeKind, string> = {
  added: 'Added',
  removed: 'Removed',
  replaced: 'Other content',
  relabelled: 'Annotated otherwise',
  moved: 'Moved in the split',
}

interface SideProps {
  side: string
  seen: SeenImage | null
  /** Undefined when the other side has no such image. */
  marked: Set<DatumShape> | undefined
  colors: ReadonlyMap<string, string>
}

function Side({ side, seen, marked, colors }: SideProps) {
  if (!seen) {
    return (
      <Box sx={{ aspectRatio: '4 / 3', display: 'grid', placeItems: 'center', color: 'text.secondary', border: '1px dashed', borderColor: 'divider', borderRadius: 1, fontSize: 13 }}>
        {side === 'before' ? 'not there before' : 'no longer there'}
      </Box>
    )
  }
  const difference = marked && classesOf(marked)
  return (
    <Box sx={{ minWidth: 0 }}>
      <Box sx={{ position: 'relative', aspectRatio: '4 / 3', bgcolor: 'action.hover', borderRadius: 1, overflow: 'hidden' }}>
        <DatumPicture url={seen.thumbnail_url} name={`${seen.name} ${side}`} width={seen.width} height={seen.height} shapes={seen.shapes} marked={marked} colors={colors} strokeWidth={2} />
      </Box>
      <Typography variant="caption" component="div" sx={{ color: 'text.secondary', mt: 1, overflowWrap: 'anywhere' }}>
        {side}: {plural(seen.shapes.length, 'annotation')}
        {difference && `; only here: ${difference}`}
      </Typography>
    </Box>
  )
}

/** One image that differs, as it was and as it became; shapes that are on one side only stand out. */
export function PairCard({ pair, colors, onOpen }: { pair: ChangedImage; colors: ReadonlyMap<string, string>; onOpen: () => void }) {
  const { before, after } = pair
  const marked = useMemo(() => (before && after ? [shapesOnlyIn(before, after), shapesOnlyIn(after, before)] : []), [before, after])
  const name = (before ?? after)?.name ?? ''
  return (
    <Card component="li" sx={{ p: 3, minWidth: 0, position: 'relative' }}>
      <Box sx={{ display: 'flex', gap: 2, alignItems: 'center', mb: 2, flexWrap: 'wrap' }}>
        <Box
          component="button"
          type="button"
          onClick={onOpen}
          aria-label={`Enlarge ${name}`}
          sx={{ all: 'unset', cursor: 'pointer', fontWeight: 600, fontSize: 13, minWidth: 0, overflowWrap: 'anywhere', flex: '1 1 120px', '&::after': { content: '""', position: 'absolute', inset: 0 }, '&:focus-visible': { outline: 2, outlineColor: 'primary.main' } }}
        >
          {name}
        </Box>
        {pair.changes.map((change) => (
          <Chip key={change} variant="outlined" label={CHANGE_WORDS[change]} />
        ))}
      </Box>
      <Box sx={{ display: 'grid', gridTemplateColumns: 'minmax(0, 1fr) minmax(0, 1fr)', alignItems: 'start', gap: 2 }}>
        <Side side="before" seen={before} marked={marked[0]} colors={colors} />
        <Side side="after" seen={after} marked={marked[1]} colors={colors} />
      </Box>
      {before && after && before.split !== after.split && (
        <Typography variant="body2" sx={{ mt: 2, display: 'flex', alignItems: 'center', gap: 1 }}>
          {before.split || 'no part'} <ArrowForward aria-label="to" sx={{ fontSize: 16 }} /> {after.split || 'no part'}
        </Typography>
      )}
    </Card>
  )
}
