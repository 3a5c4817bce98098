import ArrowForward from '@mui/icons-material/ArrowForwardOutlined'
import SwapHoriz from '@mui/icons-material/SwapHorizOutlined'
import Box from '@mui/material/Box'
import IconButton from '@mui/material/IconButton'
import MenuItem from '@mui/material/MenuItem'
import Skeleton from '@mui/material/Skeleton'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useParams, useSearchParams } from 'react-router'
import type { Comparison, Dataset, DatasetVersion } from '@/api/types'
import { useProjectId } from '@/app/use-project'
import { EmptyState } from '@/components/ui/empty-state'
import { ErrorState } from '@/components/ui/error-state'
import { PageHeader } from '@/components/ui/page-header'
import { Section } from '@/components/ui/section'
import { paths } from '@/config/paths'
import { datasetQuery } from '@/features/datasets/api/datasets'
import { comparisonQuery, versionListQuery, type StateName } from '@/features/datasets/api/versions'
import { ChangedImages } from '@/features/datasets/components/changed-images'
import { LabelChanges } from '@/features/datasets/components/label-changes'
import { FALLBACK_COLOR } from '@/features/datasets/components/shape-overlay'
import { count, plural } from '@/lib/format'

interface ChoiceProps {
  label: string
  value: StateName
  versions: DatasetVersion[]
  withNow: boolean
  onChange: (value: string) => void
}

function StateChoice({ label, value, versions, withNow, onChange }: ChoiceProps) {
  const known = versions.some((version) => version.number === value)
  return (
    <TextField select label={label} value={String(value)} onChange={(event) => onChange(event.target.value)} sx={{ minWidth: 200, flex: { xs: '1 1 100%', sm: '0 1 280px' } }}>
      {withNow && <MenuItem value="working">As it is now</MenuItem>}
      {typeof value === 'number' && !known && <MenuItem value={String(value)}>Version {value}</MenuItem>}
      {versions.map((version) => (
        <MenuItem key={version.id} value={String(version.number)} sx={{ maxWidth: 420 }}>
          <Box component="span" sx={{ overflow: 'hidden', textOverflow: 'ellipsis' }}>
            Version {version.number}
            {version.note && ` · ${version.note}`}
          </Box>
        </MenuItem>
      ))}
    </TextField>
  )
}

function Moves({ moves }: { moves: Comparison['moves'] }) {
  if (moves.length === 0) return <Typography sx={{ color: 'text.secondary' }}>No image changed its part.</Typography>
  return (
    <Box component="ul" sx={{ listStyle: 'none', p: 0, m: 0, display: 'grid', gap: 1.5, fontSize: 13 }}>
      {moves.map(({ before, after, images }) => (
        <Box component="li" key={`${before}-${after}`} sx={{ display: 'flex', alignItems: 'center', gap: 1.5 }}>
          {before || 'no part'} <ArrowForward aria-label="to" sx={{ fontSize: 16 }} /> {after || 'no part'}
          <Box component="span" sx={{ ml: 'auto', fontVariantNumeric: 'tabular-nums' }}>
            {plural(images, 'image')}
          </Box>
        </Box>
      ))}
    </Box>
  )
}

function Figures({ comparison: { before, after } }: { comparison: Comparison }) {
  const rows: [string, number, number][] = [
    ['images', before.image_count, after.image_count],
    ['annotated', before.annotated_count, after.annotated_count],
    ['annotations', before.shape_count, after.shape_count],
  ]
  return (
    <Box sx={{ display: 'flex', gap: { xs: 5, sm: 10 }, flexWrap: 'wrap', mb: 4 }}>
      {rows.map(([label, old, now]) => (
        <Box key={label}>
          <Typography sx={{ fontSize: 18, fontWeight: 650, fontVariantNumeric: 'tabular-nums' }}>
            {old === now ? count(now) : `${count(old)} → ${count(now)}`}
          </Typography>
          <Typography variant="caption" sx={{ color: 'text.secondary' }}>
            {label}
          </Typography>
        </Box>
      ))}
    </Box>
  )
}

function Compared({ dataset, from, to }: { dataset: Dataset; from: number; to: StateName }) {
  const comparison = useQuery(comparisonQuery(dataset.id, from, to))
  const colors = useMemo(() => new Map(dataset.labels.map((label) => [label.name, label.color || FALLBACK_COLOR])), [dataset.labels])
  if (comparison.isError) return <ErrorState error={comparison.error} onRetry={() => void comparison.refetch()} what="comparison" />
  if (!comparison.data) return <Skeleton variant="rounded" height={360} aria-busy="true" />
  return (
    <>
      <Figures comparison={comparison.data} />
      <Box sx={{ display: 'grid', gap: 4, mb: 5, gridTemplateColumns: { xs: 'minmax(0, 1fr)', lg: 'minmax(0, 2fr) minmax(0, 1fr)' } }}>
        <Section title="Annotations per class">
          <LabelChanges labels={comparison.data.labels} colors={colors} />
        </Section>
        <Section title="Moves in the split">
          <Moves moves={comparison.data.moves} />
        </Section>
      </Box>
      <ChangedImages key={`${from}-${to}`} dataset={dataset.id} from={from} to={to} comparison={comparison.data} colors={colors} />
    </>
  )
}

/** Two states of a data set side by side; which ones is in the address. */
export function Component() {
  const project = useProjectId()
  const id = Number(useParams().datasetId)
  const [search, setSearch] = useSearchParams()
  const dataset = useQuery(datasetQuery(id))
  const versions = useQuery(versionListQuery(id, 'any'))
  const known = versions.data?.results ?? []
  const from = Number(search.get('from')) || known.at(-1)?.number
  const asked = search.get('to') ?? 'working'
  const to: StateName = asked === 'working' ? 'working' : Number(asked) || 'working'
  const choose = (change: Record<string, string>): void => setSearch(Object.fromEntries([['from', String(from)], ['to', String(to)], ...Object.entries(change)]))
  if (dataset.isError) return <ErrorState error={dataset.error} onRetry={() => void dataset.refetch()} what="data set" />
  if (versions.isError) return <ErrorState error={versions.error} onRetry={() => void versions.refetch()} what="versions" />
  if (!dataset.data || !versions.data) return <Skeleton variant="rounded" height={480} aria-busy="true" />
  return (
    <>
      <PageHeader
        title="Compare versions"
        crumbs={[
          { label: 'Data sets', href: paths.datasets(project) },
          { label: dataset.data.name, href: paths.dataset(project, id, 'versions') },
        ]}
      />
      {from === undefined ? (
        <EmptyState icon={SwapHoriz} title="No version to compare with">
          Freeze a version first; what changes after it can be seen here.
        </EmptyState>
      ) : (
        <>
          <Box sx={{ display: 'flex', gap: 3, alignItems: 'center', flexWrap: 'wrap', mb: 4 }}>
            <StateChoice label="Before" value={from} versions={known} withNow={false} onChange={(value) => choose({ from: value })} />
            <IconButton aria-label="Swap" disabled={to === 'working'} onClick={() => choose({ from: String(to), to: String(from) })}>
              <SwapHoriz />
            </IconButton>
            <StateChoice label="After" value={to} versions={known} withNow onChange={(value) => choose({ to: value })} />
          </Box>
          <Compared dataset={dataset.data} from={from} to={to} />
        </>
      )}
    </>
  )
}
