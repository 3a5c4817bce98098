import Construction from '@mui/icons-material/ConstructionOutlined'
import Alert from '@mui/material/Alert'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import MenuItem from '@mui/material/MenuItem'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { TemplateVersion } from '@/api/types'
import { LogViewer } from '@/components/log/log-viewer'
import { EmptyState } from '@/components/ui/empty-state'
import { ImageStateChip, StateChip } from '@/components/ui/state-chip'
import { STATES, isFinal } from '@/config/states'
import { executionQuery, useStopExecution } from '@/features/executions/api/executions'
import { buildsQuery, useBuild } from '@/features/templates/api/templates'
import { messageOf } from '@/lib/errors'
import { ago, bytes } from '@/lib/format'
import { toast } from '@/lib/toasts'

/** The image of a version: its state, its builds, and the log of one, live. */
export function BuildView({ version }: { version: TemplateVersion }) {
  const builds = useQuery(buildsQuery(version.id))
  const [picked, setPicked] = useState<number | null>(null)
  const shown = picked ?? version.image.execution ?? builds.data?.[0]?.id ?? null
  const execution = useQuery({ ...executionQuery(shown ?? 0), enabled: shown !== null })
  const build = useBuild(version.id)
  const stop = useStopExecution()
  const complain = (error: Error): void => toast(messageOf(error), 'error')
  const mayBuild = version.can.includes('build') && version.image.state !== 'building'
  const buildButton = mayBuild && (
    <Button variant={version.image.state === 'ready' ? 'outlined' : 'contained'} startIcon={<Construction />} loading={build.isPending} onClick={() => build.mutate(undefined, { onError: complain, onSuccess: () => setPicked(null) })}>
      {version.image.state === 'failed' ? 'Build again' : version.image.state === 'ready' ? 'Check the image' : 'Build now'}
    </Button>
  )
  if (shown === null) {
    return (
      <EmptyState icon={Construction} title="Not built yet" action={buildButton}>
        The image is built once per version, with the first run or now. A failed build keeps its log.
      </EmptyState>
    )
  }
  const state = execution.data?.state
  return (
    <Box>
      <Box sx={{ display: 'flex', gap: 3, mb: 4, alignItems: 'center', flexWrap: 'wrap' }}>
        <ImageStateChip state={version.image.state} />
        {version.image.size_bytes !== null && <Typography variant="body2">{bytes(version.image.size_bytes)}</Typography>}
        {version.image.tag && (
          <Typography component="code" variant="body2" sx={{ color: 'text.secondary', overflowWrap: 'anywhere' }}>
            {version.image.tag}
          </Typography>
        )}
        <Box sx={{ flex: 1 }} />
        {(builds.data?.length ?? 0) > 1 && (
          <TextField select label="Build" value={shown} onChange={(event) => setPicked(Number(event.target.value))} sx={{ minWidth: 220 }}>
            {builds.data?.map((one) => (
              <MenuItem key={one.id} value={one.id}>
                #{one.id}, {STATES[one.state].label.toLowerCase()}, {ago(one.created_at)}
              </MenuItem>
            ))}
          </TextField>
        )}
        {state && !isFinal(state) && execution.data?.can.includes('stop') && (
          <Button color="error" variant="outlined" loading={stop.isPending} onClick={() => stop.mutate(shown, { onError: complain })}>
            Cancel the build
          </Button>
        )}
        {buildButton}
      </Box>
      {execution.data && (
        <Box sx={{ display: 'flex', gap: 3, mb: 3, alignItems: 'center' }}>
          <StateChip state={execution.data.state} />
          <Typography variant="body2">{execution.data.reason}</Typography>
        </Box>
      )}
      {state === 'failed' && (
        <Alert severity="error" sx={{ mb: 3 }}>
          {execution.data?.attempt?.message || 'The build failed. The last lines of its log say why.'} Correct the Dockerfile and upload the template again: it becomes the
          next version.
        </Alert>
      )}
      <LogViewer key={shown} execution={shown} droppedBytes={execution.data?.attempt?.log_dropped_bytes} empty="The build has not printed anything yet." />
    </Box>
  )
}
