import PlayArrow from '@mui/icons-material/PlayArrowOutlined'
import PlayCircle from '@mui/icons-material/PlayCircleOutlined'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import { useProjectId } from '@/app/use-project'
import { Pager } from '@/components/ui/data-table'
import { EmptyState } from '@/components/ui/empty-state'
import { ErrorState } from '@/components/ui/error-state'
import { FilterMenu } from '@/components/ui/filter-menu'
import { PageHeader } from '@/components/ui/page-header'
import { SearchField } from '@/components/ui/search-field'
import { paths } from '@/config/paths'
import { RUN_STATES, STATES } from '@/config/states'
import { datasetsQuery } from '@/features/datasets/api/datasets'
import { projectQuery } from '@/features/projects/api/projects'
import { runsQuery } from '@/features/runs/api/runs'
import { RunsTable } from '@/features/runs/components/runs-table'
import { templatesQuery } from '@/features/templates/api/templates'
import { templateTitle } from '@/lib/format'
import { useListParams } from '@/lib/use-list-params'

const FILTERS = ['state', 'template', 'dataset'] as const
const STATE_OPTIONS = RUN_STATES.map((state) => ({ value: state, label: STATES[state].label }))

export function Component() {
  const project = useProjectId()
  const params = useListParams({ ordering: '-created_at', filters: FILTERS })
  const runs = useQuery(runsQuery(project, params.query))
  const templates = useQuery(templatesQuery(project, { page_size: 200 }))
  const datasets = useQuery(datasetsQuery(project, { page_size: 200, ordering: 'name' }))
  const mayEdit = useQuery(projectQuery(project)).data?.role !== 'viewer'
  const filtered = params.search !== '' || Object.values(params.filters).some(Boolean)
  const firstTime = runs.data?.count === 0 && !filtered
  const start = mayEdit && (
    <Button component={Link} to={paths.newRun(project)} variant="contained" startIcon={<PlayArrow />}>
      New run
    </Button>
  )
  return (
    <>
      <PageHeader title="Runs" description="Every training with its state, score and log." actions={!firstTime && start} />
      {!firstTime && (
        <Box sx={{ display: 'flex', gap: 2, mb: 4, flexWrap: 'wrap', alignItems: 'center' }}>
          <SearchField value={params.search} onChange={(search) => params.update({ search })} label="Search runs by name or id" />
          <FilterMenu label="State" value={params.filters.state ?? ''} options={STATE_OPTIONS} onChange={(state) => params.update({ state })} />
          <FilterMenu
            label="Template"
            value={params.filters.template ?? ''}
            options={(templates.data?.results ?? []).map((one) => ({ value: String(one.id), label: templateTitle(one) }))}
            onChange={(template) => params.update({ template })}
          />
          <FilterMenu
            label="Data set"
            value={params.filters.dataset ?? ''}
            options={(datasets.data?.results ?? []).map((one) => ({ value: String(one.id), label: one.name }))}
            onChange={(dataset) => params.update({ dataset })}
          />
          {filtered && <Button onClick={() => params.update({ search: null, state: null, template: null, dataset: null })}>Clear all</Button>}
        </Box>
      )}
      {runs.isError ? (
        <ErrorState error={runs.error} onRetry={() => void runs.refetch()} what="runs" />
      ) : firstTime ? (
        (datasets.data?.count ?? 1) === 0 ? (
          <EmptyState
            icon={PlayCircle}
            title="No runs yet"
            action={
              <Button component={Link} to={paths.datasets(project)} variant="contained">
                Upload a data set
              </Button>
            }
          >
            A run trains a template on a data set. First upload images with their annotations.
          </EmptyState>
        ) : (
          <EmptyState icon={PlayCircle} title="No runs yet" action={start}>
            Pick a data set and a template, look over the form, and start. Log, curves and the score appear here as they happen.
          </EmptyState>
        )
      ) : runs.data?.count === 0 ? (
        <EmptyState icon={PlayCircle} title="No run fits these filters" action={<Button onClick={() => params.update({ search: null, state: null, template: null, dataset: null })}>Clear all filters</Button>}>
          Take a filter off, or search for another word.
        </EmptyState>
      ) : (
        <RunsTable runs={runs.data?.results} project={project} params={params} dimmed={runs.isPlaceholderData} />
      )}
      <Pager page={runs.data} params={params} />
    </>
  )
}
