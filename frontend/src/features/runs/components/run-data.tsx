import Storage from '@mui/icons-material/StorageOutlined'
import Box from '@mui/material/Box'
import Link from '@mui/material/Link'
import Skeleton from '@mui/material/Skeleton'
import Typography from '@mui/material/Typography'
import { useQuery } from '@tanstack/react-query'
import { Link as RouterLink } from 'react-router'
import type { DatasetVersion, RunDetail } from '@/api/types'
import { CountBars } from '@/components/charts/count-bars'
import { EmptyState } from '@/components/ui/empty-state'
import { ErrorState } from '@/components/ui/error-state'
import { KeyValues } from '@/components/ui/key-values'
import { RelativeTime } from '@/components/ui/relative-time'
import { Section } from '@/components/ui/section'
import { paths } from '@/config/paths'
import { isFinal } from '@/config/states'
import { SERIES } from '@/config/theme'
import { datasetQuery, datasetVersionQuery } from '@/features/datasets/api/datasets'
import { PartBar } from '@/features/datasets/splits/part-bar'
import { total } from '@/features/datasets/splits/parts'
import { bytes, count, percent, shortDigest } from '@/lib/format'

function Figures({ version, run }: { version: DatasetVersion; run: RunDetail }) {
  const share = version.image_count === 0 ? 0 : version.annotated_count / version.image_count
  const dataset = run.dataset
  return (
    <KeyValues
      labelWidth={110}
      rows={[
        [
          'Data set',
          <Link key="d" component={RouterLink} to={paths.dataset(run.project, dataset.id)}>
            {dataset.name}
          </Link>,
        ],
        [
          'Version',
          <Link key="v" component={RouterLink} to={paths.dataset(run.project, dataset.id, 'versions')}>
            Version {version.number}
          </Link>,
        ],
        ['Frozen', <RelativeTime key="t" at={version.created_at} />],
        ['Images', `${count(version.image_count)}, ${count(version.annotated_count)} annotated (${percent(share)})`],
        ['Annotations', count(version.shape_count)],
        [
          'Split',
          version.split_name ? (
            <Box key="s" sx={{ display: 'grid', gap: 1 }}>
              {version.split_name}
              <PartBar counts={version.split_counts} without={version.image_count - total(version.split_counts)} height={8} />
            </Box>
          ) : (
            'None in this version: the template draws its own, by percentages with a fixed seed'
          ),
        ],
        ['Size', bytes(version.total_bytes)],
        [
          'Digest',
          <code key="h" title={version.digest}>
            {shortDigest(version.digest)}
          </code>,
        ],
      ]}
    />
  )
}

/** The data this run learns from, as it was when the run was submitted. */
export function RunData({ run }: { run: RunDetail }) {
  if (run.dataset.version === null && isFinal(run.state)) {
    return (
      <EmptyState icon={Storage} title="No data was pinned">
        The run ended before the annotations of {run.dataset.name} came from CVAT, so it saw none of its data.
      </EmptyState>
    )
  }
  if (run.dataset.version === null) {
    return (
      <EmptyState icon={Storage} title="No data pinned yet">
        The version of {run.dataset.name} for this run is being made, of its annotations from CVAT where it is linked; the run starts when it is pinned.
      </EmptyState>
    )
  }
  return <PinnedData run={run} number={run.dataset.version} />
}

function PinnedData({ run, number }: { run: RunDetail; number: number }) {
  const found = useQuery(datasetVersionQuery(run.dataset.id, number))
  const dataset = useQuery(datasetQuery(run.dataset.id))
  if (found.isError) return <ErrorState error={found.error} onRetry={() => void found.refetch()} what="data set version" />
  if (!found.data) return <Skeleton variant="rounded" height={320} />
  const version = found.data
  const colors = new Map(dataset.data?.labels.map((label) => [label.name, label.color]))
  const labels = Object.entries(version.label_counts)
  return (
    <Box sx={{ display: 'grid', gap: 4, gridTemplateColumns: { xs: 'minmax(0, 1fr)', lg: 'minmax(320px, 2fr) minmax(0, 3fr)' }, alignItems: 'start' }}>
      <Section title="Pinned for this run">
        <Figures version={version} run={run} />
        <Typography variant="body2" sx={{ color: 'text.secondary', mt: 3 }}>
          What is uploaded or deleted later changes nothing here.
        </Typography>
      </Section>
      <Section title="Annotations per class">
        {labels.length === 0 ? (
          <EmptyState icon={Storage} title="No annotations">
            This version holds images only.
          </EmptyState>
        ) : (
          <CountBars
            label="Annotations per class"
            bars={labels.map(([label, value], index) => ({ label, value, color: colors.get(label) || (SERIES[index % SERIES.length] ?? SERIES[0]) }))}
          />
        )}
      </Section>
    </Box>
  )
}
