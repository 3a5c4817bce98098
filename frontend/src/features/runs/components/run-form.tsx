import PlayArrow from '@mui/icons-material/PlayArrowOutlined'
import Alert from '@mui/material/Alert'
import Autocomplete from '@mui/material/Autocomplete'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import FormControlLabel from '@mui/material/FormControlLabel'
import Link from '@mui/material/Link'
import MenuItem from '@mui/material/MenuItem'
import Skeleton from '@mui/material/Skeleton'
import Switch from '@mui/material/Switch'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useMemo, useState } from 'react'
import { Link as RouterLink } from 'react-router'
import type { ConfigError, Dataset, Json, JsonObject, Resources, RunDetail, Template, TemplateVersion } from '@/api/types'
import { LazySchemaForm } from '@/components/schema-form/lazy-schema-form'
import { useConfigDraft } from '@/components/schema-form/use-config-draft'
import { EmptyState } from '@/components/ui/empty-state'
import { ErrorState } from '@/components/ui/error-state'
import { Section } from '@/components/ui/section'
import { paths } from '@/config/paths'
import { datasetsQuery } from '@/features/datasets/api/datasets'
import { LeakWarning } from '@/features/datasets/splits/leak-warning'
import { hostsQuery } from '@/features/executions/api/executions'
import { runDefaultsQuery, useCreateRun } from '@/features/runs/api/runs'
import { ConfigCheckView, ErrorSummary } from '@/features/runs/components/config-check'
import { ConfigPanel } from '@/features/runs/components/config-panel'
import { dataFit } from '@/features/runs/components/data-fit'
import { DifferencesTable } from '@/features/runs/components/differences-table'
import { PullNotice } from '@/features/runs/components/pull-notice'
import { queueForecast, ResourcesFields } from '@/features/runs/components/resources-fields'
import { saveDraft, type RunDraft } from '@/features/runs/components/run-draft'
import { exportConfigQuery, templateQuery, templatesQuery, templateVersionQuery } from '@/features/templates/api/templates'
import { ApiError, messageOf } from '@/lib/errors'
import { plural, templateTitle } from '@/lib/format'
import { differences, pretty } from '@/lib/json'

/** Random enough to tell requests of one project apart; works on plain http too. */
const newRequestId = (): string => [...crypto.getRandomValues(new Uint32Array(4))].map((part) => part.toString(36)).join('')

interface Props {
  project: number
  initial: RunDraft
  /** The run this one starts from. */
  origin: RunDetail | null
  onCreated: (run: RunDetail) => void
}

function What({ project, draft, change, version }: { project: number; draft: RunDraft; change: (part: Partial<RunDraft>) => void; version: TemplateVersion | undefined }) {
  const datasets = useQuery(datasetsQuery(project, { page_size: 200, ordering: 'name' }))
  const templates = useQuery(templatesQuery(project, { page_size: 200 }))
  const template = useQuery({ ...templateQuery(draft.template ?? 0), enabled: draft.template !== null })
  const dataset = datasets.data?.results.find((one) => one.id === draft.dataset) ?? null
  const chosen = templates.data?.results.find((one) => one.id === draft.template) ?? null
  const versions = template.data?.versions ?? (chosen?.latest_version ? [chosen.latest_version] : [])
  const misfit = dataset && version ? dataFit(dataset, version.task_types) : null
  return (
    <Section title="What">
      <Box sx={{ display: 'grid', gap: 4, pt: 2 }}>
        <Autocomplete<Dataset>
          options={datasets.data?.results ?? []}
          value={dataset}
          loading={datasets.isPending}
          getOptionLabel={(one) => one.name}
          getOptionKey={(one) => one.id}
          isOptionEqualToValue={(a, b) => a.id === b.id}
          onChange={(_, one) => change({ dataset: one?.id ?? null })}
          noOptionsText="No data set yet"
          renderInput={(props) => (
            <TextField
              {...props}
              label="Data set"
              required
              helperText={
                dataset
                  ? `${plural(dataset.image_count, 'image')}, ${dataset.annotated_count} annotated${dataset.split ? `; split ${dataset.split.name}` : ''}; pinned for this run.`
                  : 'Its present state is pinned as a version when you start.'
              }
            />
          )}
        />
        <Autocomplete<Template>
          options={[...(templates.data?.results ?? [])].sort((a, b) => a.category.localeCompare(b.category))}
          value={chosen}
          loading={templates.isPending}
          groupBy={(one) => one.category}
          getOptionLabel={(one) => templateTitle(one)}
          getOptionKey={(one) => one.id}
          isOptionEqualToValue={(a, b) => a.id === b.id}
          onChange={(_, one) => change({ template: one?.id ?? null, version: one?.latest_version?.id ?? null })}
          noOptionsText="No template yet"
          renderInput={(props) => <TextField {...props} label="Template" required helperText={chosen?.summary} />}
        />
        {versions.length > 0 && (
          <TextField select label="Template version" value={draft.version ?? ''} onChange={(event) => change({ version: Number(event.target.value) })}>
            {versions.map((one, index) => (
              <MenuItem key={one.id} value={one.id}>
                Version {one.number}
                {index === 0 ? ' (newest)' : ''}
              </MenuItem>
            ))}
          </TextField>
        )}
        {dataset && <PullNotice dataset={dataset.id} pull={draft.pull} onChange={(pull) => change({ pull })} />}
        {misfit && <Alert severity="warning">{misfit}</Alert>}
        {dataset && <LeakWarning dataset={dataset} project={project} />}
        <TextField label="Name" value={draft.name} onChange={(event) => change({ name: event.target.value })} placeholder="made from template and data set" slotProps={{ inputLabel: { shrink: true } }} />
      </Box>
    </Section>
  )
}

/** The part below a chosen version; mounted anew for each, so that each keeps its own configuration. */
function HowAndWhere({ project, draft, change, version, origin, onCreated, what }: Omit<Props, 'initial'> & { draft: RunDraft; change: (part: Partial<RunDraft>) => void; version: TemplateVersion; what: React.ReactNode }) {
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
  const missing = draft.dataset === null ? 'Pick a data set first.' : config.problem ? 'Correct the JSON first.' : null
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
                The same values so far. The data set is pinned anew, as it is now.
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

const AREAS = {
  display: 'grid',
  gap: 4,
  alignItems: 'start',
  gridTemplateColumns: { xs: 'minmax(0, 1fr)', lg: '300px minmax(0, 1fr)' },
  gridTemplateRows: { lg: 'auto 1fr' },
  gridTemplateAreas: { xs: '"what" "how" "where"', lg: '"what how" "where how"' },
} as const

/** A run to be: what, how and where on one page. What is typed is kept in this browser until it is started. */
export function RunForm({ project, initial, origin, onCreated }: Props) {
  const [draft, setDraft] = useState(initial)
  const version = useQuery({ ...templateVersionQuery(draft.version ?? 0), enabled: draft.version !== null })
  const [change] = useState(
    () =>
      (part: Partial<RunDraft>): void =>
        setDraft((old) => ({ ...old, ...part, configs: { ...old.configs, ...part.configs } })),
  )
  useEffect(() => saveDraft(project, draft), [project, draft])
  const created = (run: RunDetail): void => {
    saveDraft(project, null)
    onCreated(run)
  }
  const what = <What project={project} draft={draft} change={change} version={version.data} />
  return (
    <Box sx={AREAS}>
      {version.data && draft.version === version.data.id ? (
        <HowAndWhere key={version.data.id} project={project} draft={draft} change={change} version={version.data} origin={origin} onCreated={created} what={what} />
      ) : (
        <>
          <Box sx={{ gridArea: 'what' }}>{what}</Box>
          <Box sx={{ gridArea: 'how' }}>
            {version.isError ? (
              <ErrorState error={version.error} onRetry={() => void version.refetch()} what="template version" />
            ) : draft.version !== null ? (
              <Skeleton variant="rounded" height={480} />
            ) : (
              <Section title="How">
                <EmptyState icon={PlayArrow} title="Pick a template">
                  Its form appears here, with the JSON beside it. <Link component={RouterLink} to={paths.templates(project)}>Look through the templates</Link> to see what each is for.
                </EmptyState>
              </Section>
            )}
          </Box>
        </>
      )}
    </Box>
  )
}

/** The draft of a run that starts from another one's values. */
export function draftFrom(run: RunDetail, version: number | null): RunDraft {
  const configs: Record<string, string> = version === null ? {} : { [version]: pretty(run.config as Json) }
  return {
    dataset: run.dataset?.id ?? null,
    template: run.template?.id ?? null,
    version,
    name: '',
    configs,
    exportOn: run.export_config !== null,
    exportConfig: run.export_config,
    resources: run.resources,
    pull: true,
  }
}
