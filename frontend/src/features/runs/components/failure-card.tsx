import Alert from '@mui/material/Alert'
import AlertTitle from '@mui/material/AlertTitle'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Typography from '@mui/material/Typography'
import { Link } from 'react-router'
import type { RunDetail } from '@/api/types'
import { MONO } from '@/config/theme'
import { paths } from '@/config/paths'
import { readAnsi } from '@/lib/ansi'

const LIMITS: Record<string, string | undefined> = {
  disk: 'filled its disk limit',
  files: 'made too many files',
  pids: 'hit its limit of processes',
}

/** What to do now, by what is known of the end. */
function advice(run: RunDetail): string {
  if (run.what_to_do) return run.what_to_do
  const { attempt, cause, state } = run
  if (state === 'lost') return 'The machine or its engine went away. Look at Settings, Hosts; when the host is back, run it again.'
  if (attempt?.out_of_memory) return 'Run it again with more memory, or with a smaller batch or image size.'
  if (attempt?.timed_out) return 'Run it again with a longer time limit, or fewer epochs.'
  if (cause === 'platform') return 'This is the platform’s fault, not your configuration’s. Run it again; if it happens again, show this page to your administrator.'
  if (!attempt) return 'It did not get as far as a container. The events and the template’s build log say more.'
  return 'The last lines of the log usually name the cause. Change the configuration or the template, and run it again.'
}

function headline(run: RunDetail): string {
  const { attempt } = run
  if (run.state === 'lost') return 'The platform lost sight of this run'
  if (attempt?.out_of_memory) return 'The training ran out of memory'
  if (attempt?.timed_out) return 'The training ran into its time limit'
  const limit = LIMITS[attempt?.limit_hit ?? '']
  if (limit) return `The training ${limit}`
  if (attempt && attempt.exit_code !== null && attempt.exit_code !== 0) return `The training ended with exit code ${attempt.exit_code}`
  return 'The run failed'
}

/** The log that tells why: the run's own, or the build's when it never came to run. */
function logAddress(run: RunDetail): string {
  if (run.attempt || !run.template) return paths.run(run.project, run.id, 'log')
  return `${paths.template(run.project, run.template.id, 'build')}?version=${run.template.version_id}`
}

/** What went wrong, the proof, and what to do. */
export function FailureCard({ run }: { run: RunDetail }) {
  const lines = run.log_tail?.split('\n') ?? []
  const reason = run.reason || run.attempt?.message
  return (
    <Alert severity="error" variant="outlined" sx={{ '& .MuiAlert-message': { width: '100%', minWidth: 0 } }}>
      <AlertTitle sx={{ fontSize: 16 }}>{headline(run)}</AlertTitle>
      {reason && <Typography variant="body2">{reason}</Typography>}
      <Typography variant="body2" sx={{ mt: 1 }}>
        <b>What now:</b> {advice(run)}
      </Typography>
      {run.log_tail && (
        <Box
          component="pre"
           
          tabIndex={0}
          aria-label="Last lines of the log"
          sx={{ mt: 3, mb: 0, p: 3, bgcolor: '#11161b', color: '#dfe5ea', borderRadius: 1, fontFamily: MONO, fontSize: 12.5, lineHeight: 1.55, maxHeight: 300, overflow: 'auto', whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}
        >
          {lines.map((line) => readAnsi(line).spans.map((span) => span.text).join('')).join('\n').trimEnd()}
        </Box>
      )}
      <Box sx={{ display: 'flex', gap: 2, mt: 3, flexWrap: 'wrap' }}>
        <Button component={Link} to={logAddress(run)} variant="outlined" color="inherit">
          {run.attempt ? 'Whole log' : 'Build log'}
        </Button>
        <Button component={Link} to={paths.newRun(run.project, { from: run.id })} variant="outlined" color="inherit">
          Change and run again
        </Button>
      </Box>
    </Alert>
  )
}
