import Add from '@mui/icons-material/AddOutlined'
import CallSplit from '@mui/icons-material/CallSplitOutlined'
import Check from '@mui/icons-material/CheckOutlined'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Card from '@mui/material/Card'
import Skeleton from '@mui/material/Skeleton'
import Typography from '@mui/material/Typography'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { Link, useSearchParams } from 'react-router'
import type { Dataset, Split } from '@/api/types'
import { EmptyState } from '@/components/ui/empty-state'
import { ErrorState } from '@/components/ui/error-state'
import { splitsQuery } from '@/features/datasets/api/splits'
import { CreateSplitDialog } from '@/features/datasets/splits/create-split-dialog'
import { PartBar } from '@/features/datasets/splits/part-bar'
import { METHOD_LABELS } from '@/features/datasets/splits/parts'
import { SplitView } from '@/features/datasets/splits/split-view'

// Above what the chosen one holds, where there is no room beside it, the cards stand in one row.
const CARDS = { display: { xs: 'flex', md: 'grid' }, gap: 2, position: 'relative', overflowX: { xs: 'auto', md: 'visible' }, '& > *': { flex: '0 0 220px', minWidth: 0 }, '& > :focus-visible': { outlineOffset: '-3px' } }
const COLUMNS = { display: 'grid', gap: 4, gridTemplateColumns: { xs: 'minmax(0, 1fr)', md: '240px minmax(0, 1fr)' }, alignItems: 'start' }

/** Scrolls the row and never the page, which scrollIntoView might. */
function bringIntoRow(card: HTMLElement): void {
  const row = card.parentElement
  if (!row) return
  const [start, end] = [card.offsetLeft, card.offsetLeft + card.offsetWidth]
  if (start < row.scrollLeft || end > row.scrollLeft + row.clientWidth) row.scrollLeft = start
}

function SplitCard({ split, chosen }: { split: Split; chosen: boolean }) {
  const card = useRef<HTMLAnchorElement>(null)
  useEffect(() => {
    if (chosen && card.current) bringIntoRow(card.current)
  }, [chosen])
  return (
    <Card
      ref={card}
      component={Link}
      to={`?split=${split.id}`}
      replace
      preventScrollReset
      aria-current={chosen ? 'true' : undefined}
      sx={{ display: 'block', p: 3, textDecoration: 'none', color: 'inherit', borderColor: chosen ? 'primary.main' : 'divider', bgcolor: chosen ? 'action.selected' : 'background.paper', '&:hover': { borderColor: 'primary.main' } }}
    >
      <Box sx={{ display: 'flex', justifyContent: 'space-between', gap: 2, mb: 1 }}>
        <Typography variant="subtitle2" component="span" sx={{ overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}>
          {split.name}
        </Typography>
        {split.is_current && (
          <Typography variant="caption" component="span" sx={{ color: 'success.main', fontWeight: 600, display: 'inline-flex', alignItems: 'center', gap: 0.5, whiteSpace: 'nowrap' }}>
            <Check sx={{ fontSize: 14 }} /> In use
          </Typography>
        )}
      </Box>
      <Typography variant="caption" component="div" sx={{ color: 'text.secondary', mb: 2 }}>
        {METHOD_LABELS[split.method]}
      </Typography>
      <PartBar bare counts={split.counts} without={split.without} height={8} />
    </Card>
  )
}

/** The splits of a data set: which there are, which one is in use, and all about the chosen one. */
export function SplitTab({ dataset, mayEdit }: { dataset: Dataset; mayEdit: boolean }) {
  const splits = useQuery(splitsQuery(dataset.id))
  const [search, setSearch] = useSearchParams()
  const [creating, setCreating] = useState(false)
  const rows = splits.data?.results ?? []
  const asked = Number(search.get('split'))
  const chosen = rows.find((split) => split.id === asked) ?? rows.find((split) => split.is_current) ?? rows[0]
  const choose = (id: number | null): void => setSearch(id === null ? {} : { split: String(id) }, { replace: true })
  const button = mayEdit && dataset.image_count > 0 && (
    <Button variant={rows.length === 0 ? 'contained' : 'outlined'} startIcon={<Add />} onClick={() => setCreating(true)}>
      New split
    </Button>
  )
  if (splits.isError) return <ErrorState error={splits.error} onRetry={() => void splits.refetch()} what="splits" />
  if (splits.isPending) {
    return (
      <Box aria-busy="true" sx={COLUMNS}>
        <Skeleton variant="rounded" height={96} />
        <Skeleton variant="rounded" height={320} />
      </Box>
    )
  }
  return (
    <>
      {chosen ? (
        <Box sx={COLUMNS}>
          <Box component="nav" aria-label="Splits" sx={{ display: 'grid', gap: 2, gridTemplateColumns: 'minmax(0, 1fr)' }}>
            <Box sx={CARDS}>
              {rows.map((split) => (
                <SplitCard key={split.id} split={split} chosen={split.id === chosen.id} />
              ))}
            </Box>
            {button}
          </Box>
          <SplitView key={chosen.id} dataset={dataset} id={chosen.id} mayEdit={mayEdit} onDeleted={() => choose(null)} />
        </Box>
      ) : (
        <EmptyState icon={CallSplit} title="No split yet" action={button}>
          {dataset.image_count === 0
            ? 'A split says which images a model learns from and which ones test it. Upload images first.'
            : 'A split says which images a model learns from, and which ones it never sees until it is tested. Without one, each template draws its own by percentages.'}
        </EmptyState>
      )}
      {/* In one place whatever lies below: the list grows before the form hears that it was saved. */}
      {creating && (
        <CreateSplitDialog
          dataset={dataset}
          taken={rows.map((split) => split.name)}
          onClose={() => setCreating(false)}
          onCreated={(split) => {
            setCreating(false)
            choose(split.id)
          }}
        />
      )}
    </>
  )
}
