import Alert from '@mui/material/Alert'
import Autocomplete from '@mui/material/Autocomplete'
import Box from '@mui/material/Box'
import MenuItem from '@mui/material/MenuItem'
import TextField from '@mui/material/TextField'
import { useQuery } from '@tanstack/react-query'
import type { Dataset, Template, TemplateVersion } from '@/api/types'
import { Section } from '@/components/ui/section'
import { datasetsQuery } from '@/features/datasets/api/datasets'
import { LeakWarning } from '@/features/datasets/splits/leak-warning'
import { dataFit } from '@/features/runs/components/data-fit'
import { PullNotice } from '@/features/runs/components/pull-notice'
import type { RunDraft } from '@/features/runs/components/run-draft'
import { useNamedVersion } from '@/features/runs/components/use-named-version'
import { VersionSelect } from '@/features/runs/components/version-select'
import { templateQuery, templatesQuery } from '@/features/templates/api/templates'
import { templateTitle } from '@/lib/format'

interface Props {
  project: number
  draft: RunDraft
  change: (part: Partial<RunDraft>) => void
  /** The chosen version of the template. */
  version: TemplateVersion | undefined
}

/** What is trained on what: the data set with its version, the template with its version, and the run's name. */
export function RunWhat({ project, draft, change, version }: Props) {
  const datasets = useQuery(datasetsQuery(project, { page_size: 200, ordering: 'name' }))
  const templates = useQuery(templatesQuery(project, { page_size: 200 }))
  const template = useQuery({ ...templateQuery(draft.template ?? 0), enabled: draft.template !== null })
  const dataset = datasets.data?.results.find((one) => one.id === draft.dataset) ?? null
  const chosen = templates.data?.results.find((one) => one.id === draft.template) ?? null
  const versions = template.data?.versions ?? (chosen?.latest_version ? [chosen.latest_version] : [])
  const named = useNamedVersion(draft)
  const isNow = draft.datasetVersion === null
  const data = isNow ? dataset : named.version
  const misfit = data && version ? dataFit(data, version.task_types) : null
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
          onChange={(_, one) => change({ dataset: one?.id ?? null, datasetVersion: null })}
          noOptionsText="No data set yet"
          renderInput={(props) => <TextField {...props} label="Data set" required />}
        />
        {dataset && <VersionSelect dataset={dataset} named={named} value={draft.datasetVersion} onChange={(datasetVersion) => change({ datasetVersion })} />}
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
        {dataset && isNow && <PullNotice dataset={dataset.id} pull={draft.pull} onChange={(pull) => change({ pull })} />}
        {misfit && <Alert severity="warning">{misfit}</Alert>}
        {dataset && isNow && <LeakWarning dataset={dataset} project={project} />}
        <TextField label="Name" value={draft.name} onChange={(event) => change({ name: event.target.value })} placeholder="made from template and data set" slotProps={{ inputLabel: { shrink: true } }} />
      </Box>
    </Section>
  )
}
