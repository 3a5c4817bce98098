import DeleteOutline from '@mui/icons-material/DeleteOutlined'
import Edit from '@mui/icons-material/EditOutlined'
import Replay from '@mui/icons-material/ReplayOutlined'
import StopCircle from '@mui/icons-material/StopCircleOutlined'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import IconButton from '@mui/material/IconButton'
import Skeleton from '@mui/material/Skeleton'
import Tooltip from '@mui/material/Tooltip'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link, useNavigate, useParams } from 'react-router'
import { NotFoundPage } from '@/app/routes/not-found-page'
import { useProjectId } from '@/app/use-project'
import type { RunDetail } from '@/api/types'
import { LogViewer } from '@/components/log/log-viewer'
import { ConfirmDialog } from '@/components/ui/confirm-dialog'
import { EmptyState } from '@/components/ui/empty-state'
import { ErrorState } from '@/components/ui/error-state'
import { PageHeader } from '@/components/ui/page-header'
import { StateChip } from '@/components/ui/state-chip'
import { TabLinks } from '@/components/ui/tab-links'
import { TextPromptDialog } from '@/components/ui/text-prompt-dialog'
import { paths } from '@/config/paths'
import { isFinal } from '@/config/states'
import { runQuery, useDeleteRun, useRenameRun, useStopRun } from '@/features/runs/api/runs'
import { Elapsed } from '@/features/runs/components/elapsed'
import { MetricsView } from '@/features/runs/components/metric-charts'
import { RunConfig } from '@/features/runs/components/run-config'
import { RunData } from '@/features/runs/components/run-data'
import { RunDot } from '@/features/runs/components/run-dot'
import { RunEvents } from '@/features/runs/components/run-events'
import { RunFiles } from '@/features/runs/components/run-files'
import { RunOverview } from '@/features/runs/components/run-overview'
import { duration, figure } from '@/lib/format'
import { toast } from '@/lib/toasts'

const TABS = [
  ['overview', 'Overview'],
  ['metrics', 'Metrics'],
  ['log', 'Log'],
  ['config', 'Config'],
  ['data', 'Data'],
  ['events', 'Events'],
  ['files', 'Files'],
] as const

function Actions({ run }: { run: RunDetail }) {
  const [dialog, setDialog] = useState<'stop' | 'delete' | 'rename' | null>(null)
  const stop = useStopRun(run.id)
  const remove = useDeleteRun(run.id)
  const rename = useRenameRun(run.id)
  const navigate = useNavigate()
  const close = (): void => setDialog(null)
  return (
    <>
      {run.can.includes('edit') && (
        <Tooltip title="Rename">
          <IconButton aria-label="Rename this run" onClick={() => setDialog('rename')}>
            <Edit fontSize="small" />
          </IconButton>
        </Tooltip>
      )}
      {run.can.includes('delete') && (
        <Tooltip title="Delete">
          <IconButton aria-label="Delete this run" onClick={() => setDialog('delete')}>
            <DeleteOutline fontSize="small" />
          </IconButton>
        </Tooltip>
      )}
      {run.can.includes('rerun') && run.template && (
        <Button component={Link} to={paths.newRun(run.project, { from: run.id })} variant={isFinal(run.state) ? 'contained' : 'outlined'} startIcon={<Replay />}>
          Run again
        </Button>
      )}
      {run.can.includes('stop') && (
        <Button variant="contained" color="error" startIcon={<StopCircle />} onClick={() => setDialog('stop')}>
          Stop
        </Button>
      )}
      <ConfirmDialog
        open={dialog === 'stop'}
        title={`Stop ${run.name}?`}
        confirm="Stop the run"
        onConfirm={async () => {
          await stop.mutateAsync()
          toast('The run was asked to stop.')
        }}
        onClose={close}
      >
        {run.state === 'running' ? 'The training gets time to save its work, then it is ended. What it has learned so far is kept only if its code saves it.' : 'It leaves the queue and will not start.'}
      </ConfirmDialog>
      <ConfirmDialog
        open={dialog === 'delete'}
        title={`Delete ${run.name}?`}
        confirm="Delete the run"
        onConfirm={async () => {
          await remove.mutateAsync()
          toast(`${run.name} was deleted.`)
          void navigate(paths.runs(run.project))
        }}
        onClose={close}
      >
        This destroys its record, log and metrics. A model it made stays in Models. It cannot be taken back.
      </ConfirmDialog>
      {dialog === 'rename' && <TextPromptDialog title="Rename the run" confirm="Save" fields={[{ key: 'name', label: 'Name', initial: run.name, required: true }]} onSave={(values) => rename.mutateAsync(values.name ?? run.name)} onClose={close} />}
    </>
  )
}

function Meta({ run }: { run: RunDetail }) {
  return (
    <Box sx={{ display: 'flex', gap: '4px 16px', alignItems: 'center', flexWrap: 'wrap', color: 'text.secondary', fontSize: 14 }}>
      <StateChip state={run.state} />
      {run.score !== null && (
        <span>
          <Box component="b" sx={{ color: 'text.primary' }}>
            {figure(run.score)}
          </Box>{' '}
          {run.score_name}
        </span>
      )}
      {run.started_at && (<span>
        <Elapsed run={run} />
        {!isFinal(run.state) && run.expected_duration ? ` of about ${duration(run.expected_duration)}` : ''}
      </span>)}
    </Box>
  )
}

function RunLog({ run }: { run: RunDetail }) {
  if (run.execution === null) return <EmptyState icon={StopCircle} title="No log">This run has no execution.</EmptyState>
  if (!run.attempt) {
    return (
      <EmptyState icon={Replay} title={isFinal(run.state) ? 'It never started, so there is no log' : 'The log begins when the container starts'}>
        {run.reason}
      </EmptyState>
    )
  }
  return <LogViewer key={run.attempt.id} execution={run.execution} droppedBytes={run.attempt.log_dropped_bytes} />
}

export function Component() {
  const project = useProjectId()
  const { runId, tab = 'overview' } = useParams()
  const found = useQuery(runQuery(Number(runId)))
  if (found.isError && !found.data) return <ErrorState error={found.error} onRetry={() => void found.refetch()} what="run" />
  if (!TABS.some(([value]) => value === tab)) return <NotFoundPage />
  if (!found.data) {
    return (
      <Box aria-busy="true">
        <Skeleton width={320} height={44} />
        <Skeleton width={420} />
        <Skeleton variant="rounded" height={380} sx={{ mt: 6 }} />
      </Box>
    )
  }
  const run = { ...found.data, project: found.data.project ?? project }
  return (
    <>
      <PageHeader
        title={run.name}
        heading={
          <>
            <RunDot id={run.id} />
            {run.name}
          </>
        }
        crumbs={[
          { label: 'Runs', href: paths.runs(run.project) },
          { label: `#${run.id}`, href: paths.run(run.project, run.id) },
        ]}
        meta={<Meta run={run} />}
        actions={<Actions run={run} />}
      />
      <TabLinks label="Parts of this run" value={tab} tabs={TABS.map(([value, label]) => ({ value, label, href: paths.run(run.project, run.id, value) }))} />
      {tab === 'overview' && <RunOverview run={run} />}
      {tab === 'metrics' && <MetricsView run={run.id} ended={isFinal(run.state)} />}
      {tab === 'log' && <RunLog run={run} />}
      {tab === 'config' && <RunConfig run={run} />}
      {tab === 'data' && <RunData run={run} />}
      {tab === 'events' && <RunEvents run={run} />}
      {tab === 'files' && <RunFiles run={run} />}
    </>
  )
}
