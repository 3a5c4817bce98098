import ImageSearch from '@mui/icons-material/ImageSearchOutlined'
import PlayArrow from '@mui/icons-material/PlayArrowOutlined'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Chip from '@mui/material/Chip'
import Skeleton from '@mui/material/Skeleton'
import Typography from '@mui/material/Typography'
import { useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { Link, useParams } from 'react-router'
import type { Dataset, DatasetVersion, Datum, Part } from '@/api/types'
import { useProjectId } from '@/app/use-project'
import { Pager } from '@/components/ui/data-table'
import { EmptyState } from '@/components/ui/empty-state'
import { ErrorState } from '@/components/ui/error-state'
import { FilterMenu } from '@/components/ui/filter-menu'
import { PageHeader } from '@/components/ui/page-header'
import { RelativeTime } from '@/components/ui/relative-time'
import { SearchField } from '@/components/ui/search-field'
import { paths } from '@/config/paths'
import { datasetQuery, datasetVersionQuery } from '@/features/datasets/api/datasets'
import { versionDataQuery } from '@/features/datasets/api/versions'
import { DatumDialog } from '@/features/datasets/components/datum-dialog'
import { DatumPicture } from '@/features/datasets/components/datum-picture'
import { FALLBACK_COLOR } from '@/features/datasets/components/shape-overlay'
import { SplitBar } from '@/features/datasets/components/split-bar'
import { PARTS } from '@/features/datasets/splits/parts'
import { VersionMenu } from '@/features/datasets/components/version-menu'
import { bytes, count, plural, shortDigest } from '@/lib/format'
import { useListParams } from '@/lib/use-list-params'

const FILTERS = ['split', 'label'] as const
const GRID = { display: 'grid', gap: 3, gridTemplateColumns: 'repeat(auto-fill, minmax(min(180px, 45%), 1fr))', listStyle: 'none', p: 0, m: 0 }

function Tile({ datum, colors, onOpen }: { datum: Datum; colors: ReadonlyMap<string, string>; onOpen: () => void }) {
  const labels = Object.keys(datum.labels)
  return (
    <Box component="li" sx={{ minWidth: 0 }}>
      <Box
        component="button"
        type="button"
        onClick={onOpen}
        sx={{ all: 'unset', cursor: 'pointer', display: 'block', width: '100%', borderRadius: 1, overflow: 'hidden', border: 1, borderColor: 'divider', bgcolor: 'background.paper', '&:hover': { borderColor: 'primary.main' }, '&:focus-visible': { outline: 2, outlineColor: 'primary.main', outlineOffset: 2 } }}
      >
        <Box sx={{ position: 'relative', aspectRatio: '4 / 3', bgcolor: 'action.hover' }}>
          <DatumPicture url={datum.thumbnail_url} name="" width={datum.width} height={datum.height} shapes={datum.shapes ?? []} colors={colors} />
        </Box>
        <Box sx={{ px: 2, py: 1.5 }}>
          <Typography variant="caption" component="div" sx={{ fontWeight: 600, overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}>
            {datum.name}
          </Typography>
          <Typography variant="caption" component="div" sx={{ color: 'text.secondary', overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}>
            {datum.split && `${datum.split} · `}
            {labels.length === 0 ? 'not annotated' : labels.join(', ')}
          </Typography>
        </Box>
      </Box>
    </Box>
  )
}

function Pictures({ dataset, version }: { dataset: Dataset; version: DatasetVersion }) {
  const params = useListParams({ pageSize: 48, filters: FILTERS })
  const [open, setOpen] = useState<number | null>(null)
  const { ordering: _, ...query } = params.query
  const data = useQuery(versionDataQuery(dataset.id, version.number, query))
  const colors = useMemo(() => new Map(dataset.labels.map((label) => [label.name, label.color || FALLBACK_COLOR])), [dataset.labels])
  const results = data.data?.results
  const opened = open === null ? undefined : results?.[open]
  const step = (offset: number): (() => void) | undefined => (open !== null && results?.[open + offset] ? () => setOpen(open + offset) : undefined)
  const parts = [...PARTS.filter((part) => (version.split_counts[part] ?? 0) > 0), 'none']
  return (
    <>
      <Box sx={{ display: 'flex', gap: 2, flexWrap: 'wrap', mb: 4, alignItems: 'center' }}>
        <SearchField value={params.search} onChange={(text) => params.update({ search: text })} label="Search file names" />
        <FilterMenu
          label="Label"
          value={params.filters.label ?? ''}
          options={Object.entries(version.label_counts).map(([name, number]) => ({ value: name, label: `${name} (${count(number)})` }))}
          onChange={(label) => params.update({ label })}
        />
        {version.split_name && (
          <FilterMenu label="Part" value={params.filters.split ?? ''} options={parts.map((part) => ({ value: part, label: part === 'none' ? 'in no part' : `${part} (${count(version.split_counts[part as Part] ?? 0)})` }))} onChange={(split) => params.update({ split })} />
        )}
      </Box>
      {data.isError ? (
        <ErrorState error={data.error} onRetry={() => void data.refetch()} what="images" />
      ) : results?.length === 0 ? (
        <EmptyState icon={ImageSearch} title="No image fits these filters">
          Take a filter off, or search for another name.
        </EmptyState>
      ) : (
        <Box component="ul" aria-label="Images of this version" aria-busy={results === undefined} sx={{ ...GRID, opacity: data.isPlaceholderData ? 0.6 : 1 }}>
          {results === undefined
            ? Array.from({ length: 12 }, (__, tile) => <Skeleton key={tile} component="li" variant="rounded" sx={{ aspectRatio: '1', height: 'auto' }} />)
            : results.map((datum, index) => <Tile key={datum.index} datum={datum} colors={colors} onOpen={() => setOpen(index)} />)}
        </Box>
      )}
      <Pager page={data.data} params={params} />
      {opened && (
        <DatumDialog
          title={opened.name}
          pictures={[{ caption: `Image ${opened.index} of this version · ${opened.width} × ${opened.height} · ${bytes(opened.size)} · ${plural(opened.shapes?.length ?? 0, 'annotation')}`, url: opened.url, width: opened.width, height: opened.height, shapes: opened.shapes ?? [] }]}
          colors={colors}
          onClose={() => setOpen(null)}
          onPrevious={step(-1)}
          onNext={step(1)}
        />
      )}
    </>
  )
}

/** The images of one version, which never change. */
export function Component() {
  const project = useProjectId()
  const params = useParams()
  const id = Number(params.datasetId)
  const number = Number(params.number)
  const dataset = useQuery(datasetQuery(id))
  const version = useQuery(datasetVersionQuery(id, number))
  if (dataset.isError) return <ErrorState error={dataset.error} onRetry={() => void dataset.refetch()} what="data set" back={{ label: 'All data sets', href: paths.datasets(project) }} />
  if (version.isError) return <ErrorState error={version.error} onRetry={() => void version.refetch()} what="version" back={{ label: `Versions of ${dataset.data?.name ?? 'the data set'}`, href: paths.dataset(project, id, 'versions') }} />
  if (!dataset.data || !version.data) return <Skeleton variant="rounded" height={480} aria-busy="true" />
  const { name } = dataset.data
  const found = version.data
  return (
    <>
      <PageHeader
        title={`${name}, version ${number}`}
        crumbs={[
          { label: 'Data sets', href: paths.datasets(project) },
          { label: name, href: paths.dataset(project, id) },
          { label: 'Versions', href: paths.dataset(project, id, 'versions') },
        ]}
        meta={found.archived_at && <Chip label="archived" variant="outlined" />}
        description={found.note || undefined}
        actions={
          <>
            <Button variant="outlined" component={Link} to={paths.compare(project, id, number, 'working')}>
              Compare with now
            </Button>
            {dataset.data.can.includes('version') && found.archived_at === null && (
              <Button component={Link} to={paths.newRun(project, { dataset: id, version: number })} variant="contained" startIcon={<PlayArrow />}>
                Train on this version
              </Button>
            )}
            <VersionMenu dataset={dataset.data} version={found} />
          </>
        }
      />
      <Box sx={{ display: 'flex', gap: '4px 20px', flexWrap: 'wrap', alignItems: 'center', mb: 4, color: 'text.secondary', fontSize: 13 }}>
        <span>
          {plural(found.image_count, 'image')}, {plural(found.shape_count, 'annotation')}, {bytes(found.total_bytes)}
        </span>
        <span>
          made <RelativeTime at={found.created_at} />
          {found.created_by && ` by ${found.created_by.username}`}
        </span>
        <span>{plural(found.run_count, 'run')}</span>
        <code title={found.digest}>{shortDigest(found.digest)}</code>
        {found.split_name && <SplitBar name={found.split_name} counts={found.split_counts} />}
      </Box>
      <Pictures dataset={dataset.data} version={found} />
    </>
  )
}
