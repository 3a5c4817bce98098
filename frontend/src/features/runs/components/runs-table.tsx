import Box from '@mui/material/Box'
import Link from '@mui/material/Link'
import { Link as RouterLink } from 'react-router'
import type { Run } from '@/api/types'
import { DataTable, type Column } from '@/components/ui/data-table'
import { RelativeTime } from '@/components/ui/relative-time'
import { StateChip } from '@/components/ui/state-chip'
import { paths } from '@/config/paths'
import { isFinal } from '@/config/states'
import { Elapsed } from '@/features/runs/components/elapsed'
import { RunDot } from '@/features/runs/components/run-dot'
import { RunProgress } from '@/features/runs/components/run-progress'
import { figure } from '@/lib/format'
import type { ListParams } from '@/lib/use-list-params'

const ABOVE = { position: 'relative', zIndex: 1 } as const

function columns(project: number): Column<Run>[] {
  return [
    {
      key: 'name',
      header: 'Name',
      sort: 'name',
      width: '26%',
      cell: (run) => (
        <Box component="span" sx={{ display: 'inline-flex', alignItems: 'baseline', overflowWrap: 'anywhere' }}>
          <RunDot id={run.id} />
          {run.name}
        </Box>
      ),
    },
    { key: 'state', header: 'State', sort: 'state', phone: 'title', cell: (run) => <StateChip state={run.state} /> },
    { key: 'progress', header: 'Progress', width: 140, cell: (run) => (isFinal(run.state) ? null : <RunProgress run={run} />) },
    {
      key: 'score',
      header: 'Score',
      sort: 'score',
      align: 'right',
      cell: (run) =>
        run.score === null ? (
          <Box component="span" sx={{ color: 'text.disabled' }}>
            {run.state === 'succeeded' ? 'N/A' : '–'}
          </Box>
        ) : (
          <>
            <b>{figure(run.score)}</b>{' '}
            <Box component="span" sx={{ color: 'text.secondary', fontSize: 12, whiteSpace: 'nowrap' }}>
              {run.score_name}
            </Box>
          </>
        ),
    },
    { key: 'duration', header: 'Time', align: 'right', cell: (run) => <Elapsed run={run} /> },
    {
      key: 'template',
      header: 'Template',
      cell: (run) =>
        run.template ? (
          <Link component={RouterLink} to={paths.template(project, run.template.id)} color="inherit" underline="hover" sx={ABOVE}>
            {run.template.architecture}&nbsp;v{run.template.version}
          </Link>
        ) : (
          'deleted'
        ),
    },
    {
      key: 'dataset',
      header: 'Data set',
      cell: (run) =>
        run.dataset ? (
          <Link component={RouterLink} to={paths.dataset(project, run.dataset.id)} color="inherit" underline="hover" sx={ABOVE}>
            {run.dataset.name}
            {run.dataset.version !== null && <>&nbsp;v{run.dataset.version}</>}
          </Link>
        ) : (
          'deleted'
        ),
    },
    { key: 'created', header: 'Submitted', sort: 'created_at', cell: (run) => <RelativeTime at={run.created_at} /> },
  ]
}

export function RunsTable({ runs, project, params, dimmed }: { runs: Run[] | undefined; project: number; params?: ListParams; dimmed?: boolean }) {
  return <DataTable label="Runs" columns={columns(project)} rows={runs} rowKey={(run) => run.id} href={(run) => paths.run(project, run.id)} params={params} dimmed={dimmed} />
}
