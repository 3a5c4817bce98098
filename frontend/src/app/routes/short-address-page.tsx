import { useQuery } from '@tanstack/react-query'
import { Navigate, useParams } from 'react-router'
import { NotFoundPage } from '@/app/routes/not-found-page'
import { ErrorState } from '@/components/ui/error-state'
import { paths } from '@/config/paths'
import { datasetQuery } from '@/features/datasets/api/datasets'
import { modelQuery } from '@/features/models/api/models'
import { runQuery } from '@/features/runs/api/runs'

interface Owned {
  id: number
  project: number
}
const KINDS: Record<string, { query: (id: number) => { queryKey: readonly unknown[]; queryFn?: unknown }; href: (owned: Owned) => string }> = {
  runs: { query: runQuery, href: (run) => paths.run(run.project, run.id) },
  datasets: { query: datasetQuery, href: (dataset) => paths.dataset(dataset.project, dataset.id) },
  models: { query: modelQuery, href: (model) => paths.model(model.project, model.id) },
}

function Forward({ kind, id }: { kind: string; id: number }) {
  const entry = KINDS[kind]
  const found = useQuery({ ...(entry?.query(id) as ReturnType<typeof runQuery>), enabled: entry !== undefined })
  if (!entry) return <NotFoundPage />
  if (found.isError) return <ErrorState error={found.error} onRetry={() => void found.refetch()} />
  return found.data ? <Navigate to={entry.href(found.data)} replace /> : null
}

/** `/runs/5` and the like: looks the project up and leads there. */
export function Component() {
  const { kind = '', id = '' } = useParams()
  if (!(kind in KINDS) || !/^\d+$/.test(id)) return <NotFoundPage />
  return <Forward kind={kind} id={Number(id)} />
}
