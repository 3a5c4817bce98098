import Box from '@mui/material/Box'
import Skeleton from '@mui/material/Skeleton'
import Typography from '@mui/material/Typography'
import { useQuery } from '@tanstack/react-query'
import { useSearchParams } from 'react-router'
import type { Dataset, Statistics } from '@/api/types'
import { HeatGrid } from '@/components/charts/heat-grid'
import { Histogram } from '@/components/charts/histogram'
import { ErrorState } from '@/components/ui/error-state'
import { FilterMenu } from '@/components/ui/filter-menu'
import { Section } from '@/components/ui/section'
import { paths } from '@/config/paths'
import { SERIES } from '@/config/theme'
import { statisticsQuery } from '@/features/datasets/api/gallery'
import { isThere } from '@/features/datasets/api/pending'
import { versionListQuery } from '@/features/datasets/api/versions'
import { WorkProgress } from '@/features/datasets/components/work-progress'
import { LabelsSection } from '@/features/datasets/statistics/labels-section'
import { placeQuery, stepName, stepQuery, used, wholeStepName } from '@/features/datasets/statistics/steps'
import { bytes, count, percent } from '@/lib/format'

const TWO = { display: 'grid', gap: 4, gridTemplateColumns: { xs: 'minmax(0, 1fr)', lg: 'repeat(2, minmax(0, 1fr))' }, alignItems: 'start' }

function Figures({ dataset }: { dataset: Dataset }) {
  const share = dataset.image_count === 0 ? 0 : dataset.annotated_count / dataset.image_count
  const figures: [string, string][] = [
    ['images', count(dataset.image_count)],
    ['annotated', `${count(dataset.annotated_count)} (${percent(share)})`],
    ['annotations', count(dataset.shape_count)],
    ['classes', count(dataset.labels.length)],
    ['stored', bytes(dataset.total_bytes)],
  ]
  return (
    <Box sx={{ display: 'flex', gap: 10, flexWrap: 'wrap' }}>
      {figures.map(([label, value]) => (
        <Box key={label}>
          <Typography sx={{ fontSize: 20, fontWeight: 650, fontVariantNumeric: 'tabular-nums' }}>{value}</Typography>
          <Typography variant="caption" sx={{ color: 'text.secondary' }}>
            {label}
          </Typography>
        </Box>
      ))}
    </Box>
  )
}

const Nothing = () => <Typography sx={{ color: 'text.secondary' }}>Nothing to count here.</Typography>

/** What the data set is made of; every bar and cell leads to its images. */
export function DatasetStatistics({ dataset }: { dataset: Dataset }) {
  const [params, setParams] = useSearchParams()
  const label = params.get('class') ?? ''
  const version = params.has('version') ? Number(params.get('version')) : null
  const versions = useQuery(versionListQuery(dataset.id)).data?.results ?? []
  const found = useQuery(statisticsQuery(dataset.id, label, version))
  const set = (key: string, value: string | null): void =>
    setParams(
      (old) => {
        const next = new URLSearchParams(old)
        if (value === null) next.delete(key)
        else next.set(key, value)
        return next
      },
      { replace: true },
    )
  const address = (query: Record<string, string>): string => `${paths.dataset(dataset.project, dataset.id)}?${new URLSearchParams(query).toString()}`
  const ofLabel: Record<string, string> = label ? { label } : {}
  const statistics = found.data && isThere<Statistics>(found.data, 'classes') ? found.data : undefined
  const pending = found.data?.pending && <WorkProgress work={found.data.pending} doing={statistics ? 'These figures are of before.' : 'The figures are being counted.'} failed="The figures could not be counted" />
  if (found.isError) return <ErrorState error={found.error} onRetry={() => void found.refetch()} what="statistics" />
  const failed = found.data?.pending?.state === 'failed'
  if (!statistics) {
    return (
      <>
        {pending}
        {!failed && (
          <Box sx={TWO} aria-busy="true">
            {[0, 1, 2, 3, 4, 5].map((at) => (
              <Skeleton key={at} variant="rounded" height={280} animation={false} />
            ))}
          </Box>
        )}
      </>
    )
  }
  const { objects_per_image: objects, shape_aspects: aspects, positions } = statistics
  const lastOf = (counts: number[]): number => counts.reduce((last, value, at) => (value > 0 ? at : last), 0)
  const shapes = used(statistics.shape_sizes)
  const sizes = used(statistics.image_sizes)
  const firstAspect = aspects.counts.findIndex((value) => value > 0)
  const images = new Map(statistics.classes.map((row) => [row.label, row.images]))
  const tick = (edges: number[], at: number, rows: number): string => (rows > 12 && at % 2 === 1 ? '' : String(edges[at] ?? ''))
  return (
    <Box sx={{ display: 'grid', gap: 4 }}>
      <Box sx={{ display: 'flex', gap: 4, flexWrap: 'wrap', alignItems: 'center', justifyContent: 'space-between' }}>
        <Figures dataset={dataset} />
        <Box sx={{ display: 'flex', gap: 2, flexWrap: 'wrap' }}>
          <FilterMenu label="Class" value={label} options={dataset.labels.map(({ name }) => ({ value: name, label: name }))} onChange={(value) => set('class', value)} />
          <FilterMenu
            label="Version"
            value={version === null ? '' : String(version)}
            options={versions.map((one) => ({ value: String(one.number), label: `version ${one.number}` }))}
            onChange={(value) => set('version', value)}
          />
        </Box>
      </Box>
      {version !== null && (
        <Typography variant="body2" sx={{ color: 'text.secondary' }}>
          The charts are those of version {version}. Bars and cells lead to the images as they are now.
        </Typography>
      )}
      {pending}
      <LabelsSection dataset={dataset} images={images} href={(name) => address({ label: name })} />
      <Box sx={{ ...TWO, opacity: found.isPlaceholderData ? 0.6 : 1 }}>
        <Section title={label ? `Annotations of ${label} per image` : 'Annotations per image'}>
          <Histogram
            label="Annotations per image"
            unit="images"
            color={SERIES[0]}
            bars={objects.counts.slice(0, lastOf(objects.counts) + 1).map((value, at) => ({
              label: wholeStepName(objects.edges, at),
              tick: String(objects.edges[at] ?? ''),
              value,
              href: address(label ? (at === 0 ? { label_none: label } : { label }) : stepQuery('objects', objects.edges, at, true)),
            }))}
          />
        </Section>
        <Section title="Width ÷ height of shapes">
          {firstAspect < 0 ? (
            <Nothing />
          ) : (
            <Histogram
              label="Width ÷ height of shapes"
              unit="shapes"
              color={SERIES[2]}
              bars={aspects.counts.map((value, at) => ({
                label: stepName(aspects.edges, at, ''),
                tick: String(aspects.edges[at] ?? ''),
                value,
                href: address({ ...ofLabel, ...stepQuery('shape_aspect', aspects.edges, at, false) }),
              }))}
            />
          )}
        </Section>
        <Section title="Shape sizes, width × height in pixels">
          {shapes.cells.length === 0 ? (
            <Nothing />
          ) : (
            <HeatGrid
              label="Shape sizes"
              unit="shapes"
              color={SERIES[0]}
              columns={shapes.columns}
              rows={shapes.rows}
              aspect={0.62}
              cells={shapes.cells}
              words={(x, y) => `${stepName(statistics.shape_sizes.edges, x + shapes.firstX, 'px')} wide, ${stepName(statistics.shape_sizes.edges, shapes.firstY + shapes.rows - 1 - y, 'px')} high`}
              across={(x) => tick(statistics.shape_sizes.edges, x + shapes.firstX, shapes.columns)}
              down={(y) => tick(statistics.shape_sizes.edges, shapes.firstY + shapes.rows - 1 - y, shapes.rows)}
              href={(x, y) =>
                address({
                  ...ofLabel,
                  ...stepQuery('shape_width', statistics.shape_sizes.edges, x + shapes.firstX, false),
                  ...stepQuery('shape_height', statistics.shape_sizes.edges, shapes.firstY + shapes.rows - 1 - y, false),
                })
              }
            />
          )}
        </Section>
        <Section title={label ? `Where ${label} lies on the image` : 'Where shapes lie on the image'}>
          {positions.counts.length === 0 ? (
            <Nothing />
          ) : (
            <HeatGrid
              label="Where the middles of shapes lie on the image"
              unit="shapes"
              color={SERIES[1]}
              columns={positions.cells}
              rows={positions.cells}
              aspect={0.62}
              cells={positions.counts}
              words={(x, y) => `${percent(x / positions.cells)} from the left, ${percent(y / positions.cells)} from the top`}
              href={(x, y) => address({ ...ofLabel, ...placeQuery(positions.cells, x, y) })}
            />
          )}
        </Section>
        <Section title="Image sizes, width × height in pixels">
          {sizes.cells.length === 0 ? (
            <Nothing />
          ) : (
            <HeatGrid
              label="Image sizes"
              unit="images"
              color={SERIES[5]}
              columns={sizes.columns}
              rows={sizes.rows}
              aspect={Math.min(0.62, 0.1 + 0.1 * sizes.rows)}
              cells={sizes.cells}
              words={(x, y) => `${stepName(statistics.image_sizes.edges, x + sizes.firstX, 'px')} wide, ${stepName(statistics.image_sizes.edges, sizes.firstY + sizes.rows - 1 - y, 'px')} high`}
              across={(x) => tick(statistics.image_sizes.edges, x + sizes.firstX, sizes.columns)}
              down={(y) => tick(statistics.image_sizes.edges, sizes.firstY + sizes.rows - 1 - y, sizes.rows)}
              href={(x, y) =>
                address({ ...stepQuery('width', statistics.image_sizes.edges, x + sizes.firstX, true), ...stepQuery('height', statistics.image_sizes.edges, sizes.firstY + sizes.rows - 1 - y, true) })
              }
            />
          )}
        </Section>
        <Section title="Kinds of annotation">
          {Object.keys(statistics.kinds).length === 0 ? (
            <Nothing />
          ) : (
            <Histogram
              label="Kinds of annotation"
              unit="annotations"
              color={SERIES[3]}
              bars={Object.entries(statistics.kinds).map(([kind, value]) => ({ label: kind, tick: kind, value, href: address({ ...ofLabel, kind }) }))}
            />
          )}
        </Section>
      </Box>
    </Box>
  )
}
