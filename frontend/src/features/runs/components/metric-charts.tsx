import ShowChart from '@mui/icons-material/ShowChartOutlined'
import Box from '@mui/material/Box'
import Card from '@mui/material/Card'
import FormControlLabel from '@mui/material/FormControlLabel'
import MenuItem from '@mui/material/MenuItem'
import Skeleton from '@mui/material/Skeleton'
import Slider from '@mui/material/Slider'
import Switch from '@mui/material/Switch'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useSearchParams } from 'react-router'
import type { MetricKey, MetricSeries } from '@/api/types'
import { LazyLineChart } from '@/components/charts/lazy-line-chart'
import { smooth } from '@/components/charts/smooth'
import { EmptyState } from '@/components/ui/empty-state'
import { ErrorState } from '@/components/ui/error-state'
import { SearchField } from '@/components/ui/search-field'
import { seriesColor } from '@/config/theme'
import { metricKeysQuery, metricPointsQuery } from '@/features/runs/api/runs'
import { figure } from '@/lib/format'

type Axis = 'step' | 'time'

interface ChartProps {
  series: MetricSeries
  color: string
  axis: Axis
  logScale: boolean
  smoothing: number
  sync?: string
  last?: number | null
}

const seconds = (time: string | number): number => (typeof time === 'number' ? time : new Date(time).getTime() / 1000)

function xValues(series: MetricSeries, axis: Axis): number[] {
  if (axis === 'step') return series.steps.map((step, index) => step ?? index)
  const [first = 0] = series.times
  return series.times.map((time) => seconds(time) - seconds(first))
}

/** One metric in its own small chart; smoothed, its true values stay behind it. */
function MetricChart({ series, color, axis, logScale, smoothing, sync }: ChartProps) {
  const x = useMemo(() => xValues(series, axis), [series, axis])
  const lines = useMemo(() => {
    const raw = { label: 'value', color, values: series.values }
    return smoothing > 0 ? [{ label: 'smoothed', color, values: smooth(series.values, smoothing) }, { ...raw, faint: true }] : [raw]
  }, [series.values, color, smoothing])
  const last = series.values.findLast((value) => value !== null)
  return (
    <Card sx={{ p: 3, minWidth: 0 }}>
      <Box sx={{ display: 'flex', justifyContent: 'space-between', gap: 2, mb: 1 }}>
        <Typography variant="h5" component="h3" sx={{ overflowWrap: 'anywhere' }}>
          {series.name}
        </Typography>
        <Typography sx={{ fontVariantNumeric: 'tabular-nums', fontWeight: 600 }}>{figure(last)}</Typography>
      </Box>
      <LazyLineChart x={x} lines={lines} xLabel={axis === 'step' ? 'step' : 'seconds'} label={series.name} logScale={logScale} sync={sync} />
    </Card>
  )
}

const GRID = { display: 'grid', gap: 3, gridTemplateColumns: 'repeat(auto-fill, minmax(min(340px, 100%), 1fr))' }

/** `train/loss` belongs to "train"; names without a slash stand first, together. */
export function groupMetrics(keys: MetricKey[]): [string, MetricKey[]][] {
  const groups = new Map<string, MetricKey[]>()
  for (const key of keys) {
    const group = key.name.includes('/') ? (key.name.split('/')[0] ?? '') : ''
    groups.set(group, [...(groups.get(group) ?? []), key])
  }
  return [...groups].sort(([a], [b]) => a.localeCompare(b))
}

/** All metrics of a run, grouped, in step with each other; how they are drawn lives in the address. */
export function MetricsView({ run, ended }: { run: number; ended: boolean }) {
  const keys = useQuery(metricKeysQuery(run))
  const names = useMemo(() => (keys.data ?? []).map((key) => key.name), [keys.data])
  const points = useQuery(metricPointsQuery(run, names))
  const [search, setSearch] = useSearchParams()
  const axis: Axis = search.get('x') === 'time' ? 'time' : 'step'
  const logScale = search.get('log') === '1'
  const smoothing = Math.min(0.99, Math.max(0, Number(search.get('smooth')) || 0))
  const words = search.get('metric') ?? ''
  const set = (key: string, value: string | null): void =>
    setSearch(
      (old) => {
        const next = new URLSearchParams(old)
        if (value === null || value === '') next.delete(key)
        else next.set(key, value)
        return next
      },
      { replace: true },
    )
  if (keys.isError) return <ErrorState error={keys.error} onRetry={() => void keys.refetch()} what="metrics" />
  if (!keys.data || (names.length > 0 && !points.data && !points.isError)) {
    return (
      <Box sx={GRID} aria-busy="true">
        {[1, 2, 3].map((one) => (
          <Skeleton key={one} variant="rounded" height={260} />
        ))}
      </Box>
    )
  }
  if (points.isError) return <ErrorState error={points.error} onRetry={() => void points.refetch()} what="metrics" />
  if (names.length === 0) {
    return (
      <EmptyState icon={ShowChart} title={ended ? 'This run reported no metrics' : 'No metrics yet'}>
        A template declares patterns under <code>metrics</code> in its custom.json; lines of the log that fit become points here.
      </EmptyState>
    )
  }
  const shown = keys.data.filter((key) => key.name.toLowerCase().includes(words.toLowerCase()))
  const byName = new Map(points.data?.map((series) => [series.name, series]))
  return (
    <Box>
      <Box sx={{ display: 'flex', gap: 4, alignItems: 'center', flexWrap: 'wrap', mb: 4 }}>
        <SearchField value={words} onChange={(text) => set('metric', text)} label="Search metrics" width={220} />
        <TextField select label="Across" value={axis} onChange={(event) => set('x', event.target.value === 'time' ? 'time' : null)} sx={{ minWidth: 120 }}>
          <MenuItem value="step">step</MenuItem>
          <MenuItem value="time">time</MenuItem>
        </TextField>
        <FormControlLabel control={<Switch checked={logScale} onChange={(_, checked) => set('log', checked ? '1' : null)} />} label="Log scale" />
        <Box sx={{ display: 'flex', alignItems: 'center', gap: 3, width: 220 }}>
          <Typography variant="body2" id="smoothing-label">
            Smoothing
          </Typography>
          <Slider size="small" min={0} max={0.99} step={0.01} value={smoothing} aria-labelledby="smoothing-label" valueLabelDisplay="auto" onChange={(_, value) => set('smooth', value ? String(value) : null)} />
        </Box>
      </Box>
      <Box sx={{ display: 'grid', gap: 6 }}>
        {groupMetrics(shown).map(([group, members]) => (
          <Box component="section" key={group} aria-label={group || 'General'}>
            {group && (
              <Typography variant="h3" component="h2" sx={{ mb: 2 }}>
                {group}
              </Typography>
            )}
            <Box sx={GRID}>
              {members.map((key) => {
                const series = byName.get(key.name)
                return series && <MetricChart key={key.name} series={series} color={seriesColor(run)} axis={axis} logScale={logScale} smoothing={smoothing} sync={`run-${run}`} />
              })}
            </Box>
          </Box>
        ))}
      </Box>
    </Box>
  )
}

const KEY_CURVES = 4
/** Losses and the figures of validation say most. */
const rank = (name: string): number => (/loss/i.test(name) ? 0 : /acc|map|f1|score/i.test(name) ? 2 : 4) + (/val|test/i.test(name) ? 0 : 1)

const ordered = (series: MetricSeries[], names: string[]): MetricSeries[] => [...series].sort((a, b) => names.indexOf(a.name) - names.indexOf(b.name))

/** An odd number leaves no hole: the first, which says most, takes the whole width. */
const KEY_GRID = {
  display: 'grid',
  gap: 3,
  gridTemplateColumns: { xs: 'minmax(0, 1fr)', sm: 'repeat(2, minmax(0, 1fr))' },
  '& > :first-of-type:nth-last-of-type(odd)': { gridColumn: '1 / -1' },
} as const

/** The few curves that say most, for the overview. */
export function KeyCurves({ run }: { run: number }) {
  const keys = useQuery(metricKeysQuery(run))
  const names = useMemo(
    () =>
      [...(keys.data ?? [])]
        .filter((key) => key.point_count > 1)
        .sort((a, b) => rank(a.name) - rank(b.name))
        .slice(0, KEY_CURVES)
        .map((key) => key.name),
    [keys.data],
  )
  const points = useQuery(metricPointsQuery(run, names))
  if (names.length === 0 || !points.data) return null
  return (
    <Box component="section" aria-label="Key curves" sx={KEY_GRID}>
      {ordered(points.data, names).map((series) => (
        <MetricChart key={series.name} series={series} color={seriesColor(run)} axis="step" logScale={false} smoothing={0} />
      ))}
    </Box>
  )
}
