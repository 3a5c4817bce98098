import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Link from '@mui/material/Link'
import Typography from '@mui/material/Typography'
import { Link as RouterLink } from 'react-router'
import type { RunDetail, RunState } from '@/api/types'
import { KeyValues } from '@/components/ui/key-values'
import { ModelFiles } from '@/components/ui/model-files'
import { RelativeTime } from '@/components/ui/relative-time'
import { Section } from '@/components/ui/section'
import { grantLabel } from '@/config/grants'
import { paths } from '@/config/paths'
import { STATES, isFinal } from '@/config/states'
import { modelFileUrl } from '@/features/models/api/models'
import { FailureCard } from '@/features/runs/components/failure-card'
import { KeyCurves } from '@/features/runs/components/metric-charts'
import { RunProgress } from '@/features/runs/components/run-progress'
import { ScoreCard } from '@/features/runs/components/score-card'
import { bytes, duration, plural, templateTitle } from '@/lib/format'

function Now({ run }: { run: RunDetail }) {
  return (
    <Section title={STATES[run.state].label}>
      <Typography variant="body2" sx={{ color: 'text.secondary', mb: 3 }}>
        {run.reason || STATES[run.state].meaning}
        {run.state === 'building' && (
          <>
            {' '}
            {run.template && (
              <Link component={RouterLink} to={paths.template(run.project, run.template.id, 'build')}>
                See the build log
              </Link>
            )}
          </>
        )}
      </Typography>
      <RunProgress run={run} wide />
    </Section>
  )
}

/** A run whose annotations come from CVAT has no version until they are there. */
const versionOf = (version: number | null, state: RunState): string =>
  version !== null ? `version ${version}` : isFinal(state) ? '(annotations never came)' : '(waits for CVAT)'

function MadeFrom({ run }: { run: RunDetail }) {
  const rows: [string, React.ReactNode][] = [
    [
      'Data set',
      run.dataset ? (
        <Link key="d" component={RouterLink} to={paths.dataset(run.project, run.dataset.id, 'versions')}>
          {run.dataset.name} {versionOf(run.dataset.version, run.state)}
        </Link>
      ) : (
        'deleted'
      ),
    ],
    [
      'Template',
      run.template ? (
        <Link key="t" component={RouterLink} to={paths.template(run.project, run.template.id)}>
          {templateTitle(run.template)} version {run.template.version}
        </Link>
      ) : (
        'deleted'
      ),
    ],
    ['Submitted', <><RelativeTime key="s" at={run.created_at} />{run.created_by && ` by ${run.created_by.username}`}</>],
    ...(run.parent ? [['Again from', <Link key="p" component={RouterLink} to={paths.run(run.project, run.parent)}>run #{run.parent}</Link>] as [string, React.ReactNode]] : []),
    ['Resources', `${plural(run.resources.cpus, 'CPU')}, ${bytes(run.resources.memory_bytes)}, ${plural(run.resources.gpus, 'GPU')}`],
    ['Time limit', run.resources.time_limit_seconds ? duration(run.resources.time_limit_seconds) : 'none'],
    ...(run.grants.length > 0 ? [['Allowed', run.grants.map(grantLabel).join(', ')] as [string, React.ReactNode]] : []),
    ...(run.attempt?.host ? [['Host', run.attempt.host] as [string, React.ReactNode]] : []),
    ...(run.attempt?.exit_code !== null && run.attempt?.exit_code !== undefined ? [['Exit code', run.attempt.exit_code] as [string, React.ReactNode]] : []),
  ]
  return (
    <Section title="Made from">
      <KeyValues labelWidth={110} rows={rows} />
    </Section>
  )
}

function Outputs({ run }: { run: RunDetail }) {
  const [output] = run.outputs
  return (
    <Section
      title="Model"
      actions={
        output && (
          <Button component={RouterLink} to={paths.model(run.project, output.model, output.model_version)}>
            Open in Models
          </Button>
        )
      }
    >
      {output ? (
        run.outputs.map((one) => <ModelFiles key={one.model_version} files={one.files} href={(file) => modelFileUrl(one.model_version, file.id)} />)
      ) : (
        <Typography variant="body2" sx={{ color: 'text.secondary' }}>
          {isFinal(run.state) ? 'This run left no model.' : 'Its files appear here when the training has ended well.'}
        </Typography>
      )}
    </Section>
  )
}

/** What matters about a run on one page; a failed one opens on what went wrong. */
export function RunOverview({ run }: { run: RunDetail }) {
  const failed = run.state === 'failed' || run.state === 'lost'
  return (
    <Box sx={{ display: 'grid', gap: 4 }}>
      {failed && <FailureCard run={run} />}
      <Box sx={{ display: 'grid', gap: 4, gridTemplateColumns: { xs: 'minmax(0, 1fr)', lg: 'minmax(0, 3fr) minmax(320px, 2fr)' }, alignItems: 'start' }}>
        <Box sx={{ display: 'grid', gap: 4, minWidth: 0 }}>
          {!isFinal(run.state) && <Now run={run} />}
          <KeyCurves run={run.id} />
          <Outputs run={run} />
        </Box>
        <Box sx={{ display: 'grid', gap: 4, minWidth: 0 }}>
          <ScoreCard run={run} />
          <MadeFrom run={run} />
        </Box>
      </Box>
    </Box>
  )
}
