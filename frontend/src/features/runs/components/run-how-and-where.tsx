import PlayArrow from '@mui/icons-material/PlayArrowOutlined'
import Alert from '@mui/material/Alert'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import FormControlLabel from '@mui/material/FormControlLabel'
import Skeleton from '@mui/material/Skeleton'
import Switch from '@mui/material/Switch'
import Typography from '@mui/material/Typography'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useMemo, useState, type ReactNode } from 'react'
import type { ConfigError, JsonObject, Resources, RunDetail, TemplateVersion } from '@/api/types'
import { LazySchemaForm } from '@/components/schema-form/lazy-schema-form'
import { useConfigDraft } from '@/components/schema-form/use-config-draft'
import { Section } from '@/components/ui/section'
import { hostsQuery } from '@/features/executions/api/executions'
import { runDefaultsQuery, useCreateRun } from '@/features/runs/api/runs'
import { ConfigCheckView, ErrorSummary } from '@/features/runs/components/config-check'
import { ConfigPanel } from '@/features/runs/components/config-panel'
import { DifferencesTable } from '@/features/runs/components/differences-table'
import { queueForecast, ResourcesFields } from '@/features/runs/components/resources-fields'
import type { RunDraft } from '@/features/runs/components/run-draft'
import { useNamedVersion } from '@/features/runs/components/use-named-version'
import { exportConfigQuery } from '@/features/templates/api/templates'
import { ApiError, messageOf } from '@/lib/errors'
import { differences, pretty } from '@/lib/json'

/** Random enough to tell requests of one project apart; works on plain http too. */
const newRequestId = (): string => [...crypto.getRandomValues(new Uint32Array(4))].map((part) => part.toString(36)).join('')

interface Props {
  project: number
  draft: RunDraft
  change: (part: Partial<RunDraft>) => void
  version: TemplateVersion
  /** The run this one starts from. */
  origin: RunDetail | null
  onCreated: (run: RunDetail) => void
  what: ReactNode
}

/** The part below a chosen version; mounted anew for each, so that each keeps its own configuration. */
export function RunHowAndWhere({ project, draft, change, version, origin, onCreated, what }: Props) {
  const config = useConfigDraft(version.defaults)
  const [ready, setReady] = useState(false)
  const stored = draft.configs[String(version.id)]
  if (!ready) {
    setReady(true)
    if (stored !== undefined) config.setText(stored)
  }
  const defaults = useQuery(runDefaultsQuery)
  const exportSchema = useQuery(exportConfigQuery)
  const hosts = useQuery(hostsQuery)
  const create = useCreateRun()
  const named = useNamedVersion(draft)
  // The same id with every press of the button: a double click starts one run.
  const [requestId] = useState(newRequestId)
  const resources: Resources | null = draft.resources ?? defaults.data?.resources ?? null
  const exportConfig: JsonObject | null = draft.exportOn ? (draft.exportConfig ?? exportSchema.data?.defaults ?? {}) : null
  const errors = useMemo<ConfigError[]>(() => {
    if (!(create.error instanceof ApiError)) return []
    return create.error.fieldErrors
  }, [create.error])
  const inConfig = errors.filter((error) => error.path[0] === 'config').map((error) => ({ ...error, path: error.path.slice(1) }))
  const inExport = errors.filter((error) => error.path[0] === 'export_config').map((error) => ({ ...error, path: error.path.slice(1) }))
  const inResources = new Map(errors.filter((error) => error.path[0] === 'resources').map((error) => [String(error.path[1]), error.message]))
  const text = config.text
  useEffect(() => {
    if (text !== stored && (stored !== undefined || text !== pretty(version.defaults))) change({ configs: { [version.id]: text } })
  }, [text, stored, version, change])

  const start = (): void => {
    if (draft.dataset === null || resources === null) return
    create.mutate(
      {
        project,
        dataset: draft.dataset,
        ...(draft.datasetVersion !== null && { dataset_version: named.version?.id }),
        template_version: version.id,
        ...(draft.name.trim() && { name: draft.name.trim() }),
        config: config.value,
        export_config: exportConfig,
        resources,
        request_id: requestId,
        pull: draft.pull,
        ...(origin && { parent: origin.id }),
      },
      { onSuccess: onCreated },
    )
  }
  const changedFromOrigin = origin ? differences(origin.config, config.value) : []
  const isUnknown = draft.datasetVersion !== null && named.version === undefined
  const missing = draft.dataset === null ? 'Pick a data set first.' : isUnknown ? (named.problem ?? 'One moment…') : config.problem ? 'Correct the JSON first.' : null
  return (
    <>
      <Box sx={{ gridArea: 'what' }}>{what}</Box>
      <Box sx={{ gridArea: 'how', minWidth: 0, display: 'grid', gap: 4, alignContent: 'start' }}>
        <Section title="How">
          <ConfigPanel version={version} draft={config} errors={inConfig} />
        </Section>
        <Section title="Check">
          <ConfigCheckView version={version} config={config.value} exportConfig={exportConfig} />
        </Section>
        {origin && (
          <Section title={`Compared with ${origin.name}`} flush={changedFromOrigin.length > 0}>
            {changedFromOrigin.length === 0 ? (
              <Typography variant="body2" sx={{ color: 'text.secondary' }}>
                The same values so far. {draft.datasetVersion === null ? 'The data set is frozen anew, as it is now.' : `It uses version ${draft.datasetVersion} of the data set.`}
              </Typography>
            ) : (
              <DifferencesTable differences={changedFromOrigin} before={`Run #${origin.id}`} after="New run" />
            )}
          </Section>
        )}
        <Section
          title="ONNX export"
          actions={<FormControlLabel control={<Switch checked={draft.exportOn} onChange={(_, exportOn) => change({ exportOn })} />} label={draft.exportOn ? 'On' : 'Off'} />}
        >
          {draft.exportOn && exportSchema.data && exportConfig ? (
            <Box sx={{ pt: 2 }}>
              <LazySchemaForm
                schema={exportSchema.data.schema}
                value={exportConfig}
                defaults={exportSchema.data.defaults}
                onChange={(value) => change({ exportConfig: value })}
                errors={inExport}
                idPrefix="export"
                fillIn
              />
            </Box>
          ) : (
            <Typography variant="body2" sx={{ color: 'text.secondary' }}>
              Switch it on to get the model as ONNX too. The native format is always kept.
            </Typography>
          )}
        </Section>
      </Box>
      <Box sx={{ gridArea: 'where', position: { lg: 'sticky' }, top: 72, display: 'grid', gap: 4, alignSelf: 'start' }}>
        <Section title="Where">
          <Box sx={{ display: 'grid', gap: 4, pt: 2 }}>
            {resources ? (
              <ResourcesFields value={resources} onChange={(value) => change({ resources: value })} defaults={defaults.data} host={hosts.data?.[0]} errors={inResources} />
            ) : (
              <Skeleton variant="rounded" height={180} />
            )}
            {resources && (
              <Typography variant="body2" sx={{ color: 'text.secondary' }}>
                {queueForecast(resources, hosts.data)}
                {version.image.state !== 'ready' && ' The image of this template version is built first, once.'}
              </Typography>
            )}
            {errors.length > 0 ? <ErrorSummary errors={errors} /> : create.error && <Alert severity="error">{messageOf(create.error)}</Alert>}
            {missing && (
              <Typography variant="body2" sx={{ color: 'warning.main' }}>
                {missing}
              </Typography>
            )}
            <Button size="large" variant="contained" startIcon={<PlayArrow />} loading={create.isPending} disabled={missing !== null || resources === null} onClick={start}>
              Start the run
            </Button>
          </Box>
        </Section>
      </Box>
    </>
  )
}
