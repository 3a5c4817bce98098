import Alert from '@mui/material/Alert'
import Button from '@mui/material/Button'
import Skeleton from '@mui/material/Skeleton'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useNavigate, useSearchParams } from 'react-router'
import { useProjectId } from '@/app/use-project'
import { ErrorState } from '@/components/ui/error-state'
import { PageHeader } from '@/components/ui/page-header'
import { paths } from '@/config/paths'
import { runQuery } from '@/features/runs/api/runs'
import { EMPTY_DRAFT, loadDraft, saveDraft, type RunDraft } from '@/features/runs/components/run-draft'
import { draftFrom, RunForm } from '@/features/runs/components/run-form'
import { useTemplateVersionOf } from '@/features/runs/components/use-template-version-of'
import { templateVersionQuery } from '@/features/templates/api/templates'
import type { RunDetail } from '@/api/types'

function useCreated(project: number): (run: RunDetail) => void {
  const navigate = useNavigate()
  return (run) => void navigate(paths.run(project, run.id), { replace: true })
}

function Fresh({ project }: { project: number }) {
  const [search] = useSearchParams()
  const dataset = Number(search.get('dataset')) || null
  const datasetVersion = Number(search.get('version')) || null
  const version = Number(search.get('template')) || null
  const asked = useQuery({ ...templateVersionQuery(version ?? 0), enabled: version !== null })
  const [stored, setStored] = useState(() => loadDraft(project))
  const [generation, setGeneration] = useState(0)
  const onCreated = useCreated(project)
  if (version !== null && asked.isPending) return <Skeleton variant="rounded" height={480} />
  const initial: RunDraft = {
    ...stored,
    ...(dataset !== null && { dataset, datasetVersion }),
    ...(asked.data && { template: asked.data.template.id, version: asked.data.id }),
  }
  const kept = generation === 0 && (Object.keys(stored.configs).length > 0 || stored.name !== '')
  const clear = (): void => {
    saveDraft(project, null)
    setStored(EMPTY_DRAFT)
    setGeneration(generation + 1)
  }
  return (
    <>
      {kept && (
        <Alert
          severity="info"
          sx={{ mb: 4 }}
          action={
            <Button color="inherit" onClick={clear}>
              Start afresh
            </Button>
          }
        >
          Your last draft is still here.
        </Alert>
      )}
      <RunForm key={generation} project={project} initial={initial} origin={null} onCreated={onCreated} />
    </>
  )
}

function Clone({ project, from }: { project: number; from: number }) {
  const origin = useQuery(runQuery(from))
  const version = useTemplateVersionOf(origin.data)
  const onCreated = useCreated(project)
  if (origin.isError) return <ErrorState error={origin.error} onRetry={() => void origin.refetch()} what="run" />
  if (!origin.data || (version === null && origin.data.template)) return <Skeleton variant="rounded" height={480} />
  return <RunForm project={project} initial={draftFrom(origin.data, version)} origin={origin.data} onCreated={onCreated} />
}

export function Component() {
  const project = useProjectId()
  const [search] = useSearchParams()
  const from = Number(search.get('from')) || null
  return (
    <>
      <PageHeader title={from ? `Run #${from} again` : 'New run'} crumbs={[{ label: 'Runs', href: paths.runs(project) }]} />
      {from ? <Clone key={from} project={project} from={from} /> : <Fresh project={project} />}
    </>
  )
}
