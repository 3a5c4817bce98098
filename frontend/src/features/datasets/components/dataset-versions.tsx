import History from '@mui/icons-material/HistoryOutlined'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Chip from '@mui/material/Chip'
import Typography from '@mui/material/Typography'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'react-router'
import type { Dataset, DatasetVersion } from '@/api/types'
import { DataTable, type Column } from '@/components/ui/data-table'
import { EmptyState } from '@/components/ui/empty-state'
import { ErrorState } from '@/components/ui/error-state'
import { FilterMenu } from '@/components/ui/filter-menu'
import { RelativeTime } from '@/components/ui/relative-time'
import { TextPromptDialog } from '@/components/ui/text-prompt-dialog'
import { paths } from '@/config/paths'
import { isUnderWay } from '@/features/datasets/api/pending'
import { lastPinningQuery, useVersionActions, versionListQuery } from '@/features/datasets/api/versions'
import { PinningBanner } from '@/features/datasets/components/pinning-banner'
import { RestoreBanner } from '@/features/datasets/components/restore-banner'
import { SplitBar } from '@/features/datasets/components/split-bar'
import { VersionMenu } from '@/features/datasets/components/version-menu'
import { bytes, count, plural } from '@/lib/format'
import { toast } from '@/lib/toasts'
import { useListParams } from '@/lib/use-list-params'

const ORIGINS: Record<DatasetVersion['origin'], string> = { user: 'by hand', run: 'for a run', repair: 'by a repair', cvat: 'from CVAT' }
const FILTERS = ['archived'] as const
const SHOWN = [
  { value: 'false', label: 'without archived ones' },
  { value: 'true', label: 'archived ones' },
  { value: 'any', label: 'all' },
]

const columnsOf = (dataset: Dataset): Column<DatasetVersion>[] => [
  { key: 'number', header: 'Version', cell: (version) => `Version ${version.number}` },
  {
    key: 'note',
    header: 'Note',
    cell: (version) =>
      version.note || version.archived_at ? (
        <Box sx={{ display: 'flex', gap: 2, alignItems: 'center', minWidth: 0 }}>
          {version.archived_at && <Chip label="archived" variant="outlined" />}
          <Box component="span" title={version.note} sx={{ maxWidth: 320, overflow: 'hidden', display: '-webkit-box', WebkitLineClamp: 2, WebkitBoxOrient: 'vertical', overflowWrap: 'anywhere' }}>
            {version.note}
          </Box>
        </Box>
      ) : null,
  },
  { key: 'images', header: 'Images', align: 'right', cell: (version) => count(version.image_count) },
  { key: 'shapes', header: 'Annotations', align: 'right', cell: (version) => count(version.shape_count) },
  { key: 'split', header: 'Split', cell: (version) => <SplitBar name={version.split_name} counts={version.split_counts} /> },
  { key: 'runs', header: 'Runs', align: 'right', cell: (version) => (version.run_count === 0 ? <Box component="span" sx={{ color: 'text.secondary' }}>0</Box> : count(version.run_count)) },
  { key: 'size', header: 'Size', align: 'right', cell: (version) => bytes(version.total_bytes) },
  {
    key: 'by',
    header: 'Made',
    cell: (version) => (
      <>
        <RelativeTime at={version.created_at} />
        <Typography variant="caption" component="div" sx={{ color: 'text.secondary' }}>
          {ORIGINS[version.origin]}
          {version.created_by ? `, ${version.created_by.username}` : ''}
        </Typography>
      </>
    ),
  },
  { key: 'actions', header: '', align: 'right', phone: 'title', cell: (version) => <VersionMenu dataset={dataset} version={version} /> },
]

/** Frozen states of a data set; a run pins one when it is submitted. */
export function DatasetVersions({ dataset }: { dataset: Dataset }) {
  const params = useListParams({ filters: FILTERS })
  const archived = params.filters.archived === 'true' || params.filters.archived === 'any' ? params.filters.archived : 'false'
  const versions = useQuery(versionListQuery(dataset.id, archived))
  const { data: pinning } = useQuery(lastPinningQuery(dataset.id))
  const isMaking = Boolean(pinning && isUnderWay(pinning))
  const [asks, setAsks] = useState(false)
  const { create } = useVersionActions(dataset.id)
  const results = versions.data?.results
  const freeze = async (note: string): Promise<void> => {
    const version = await create.mutateAsync(note)
    if (!('number' in version)) return // the worker makes it; a banner tells how that is going
    const isOld = version.number <= (dataset.latest_version?.number ?? 0)
    toast(isOld ? `Nothing has changed since version ${version.number}.` : `Version ${version.number} is frozen.`, isOld ? 'info' : 'success')
  }
  const button = dataset.can.includes('version') && dataset.image_count > 0 && (
    <Button variant="outlined" onClick={() => setAsks(true)}>
      Freeze a version now
    </Button>
  )
  const dialog = asks && (
    <TextPromptDialog
      title="Freeze a version"
      confirm="Freeze"
      fields={[{ key: 'note', label: 'Note', initial: '', multiline: true, help: `${plural(dataset.image_count, 'image')} and ${plural(dataset.shape_count, 'annotation')} as they are now. No byte is stored twice.` }]}
      onSave={(values) => freeze(values.note ?? '')}
      onClose={() => setAsks(false)}
    />
  )
  if (versions.isError) return <ErrorState error={versions.error} onRetry={() => void versions.refetch()} what="versions" />
  if (results?.length === 0 && archived === 'false' && dataset.latest_version === null) {
    return (
      <>
        <PinningBanner dataset={dataset} />
        {!isMaking && (
          <EmptyState icon={History} title="No version yet" action={button}>
            A version is a frozen state of this data set. Every run pins one when it is submitted, so results can be traced.
          </EmptyState>
        )}
        {dialog}
      </>
    )
  }
  const [newest, older] = results ?? []
  return (
    <Box>
      <RestoreBanner dataset={dataset} />
      <PinningBanner dataset={dataset} />
      <Box sx={{ display: 'flex', alignItems: 'center', mb: 3, gap: 3, flexWrap: 'wrap' }}>
        <FilterMenu
          label="Shown"
          always={archived === 'false'}
          value={archived}
          options={SHOWN}
          onChange={(value) => params.update({ archived: value === 'false' ? null : value })}
        />
        <Typography variant="body2" sx={{ color: 'text.secondary', flex: '1 1 200px' }}>
          A run pins the version it was submitted with; versions never change.
        </Typography>
        {newest && (
          <Button component={Link} to={paths.compare(dataset.project, dataset.id, (older ?? newest).number, older ? newest.number : 'working')}>
            Compare versions
          </Button>
        )}
        {button}
      </Box>
      {results?.length === 0 ? (
        <EmptyState icon={History} title={archived === 'true' ? 'No archived version' : 'No version in use'}>
          {archived === 'true' ? 'Archived versions are hidden from the list and stay whole.' : 'All versions are archived.'}
        </EmptyState>
      ) : (
        <DataTable label="Versions" columns={columnsOf(dataset)} rows={results} rowKey={(version) => version.id} href={(version) => paths.version(dataset.project, dataset.id, version.number)} dimmed={versions.isPlaceholderData} />
      )}
      {dialog}
    </Box>
  )
}
