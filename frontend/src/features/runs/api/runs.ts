import { keepPreviousData, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import type { MetricKey, MetricSeries, Page, Run, RunCreate, RunDefaults, RunDetail } from '@/api/types'
import { isFinal } from '@/config/states'
import { api, unwrap } from '@/lib/api-client'

type Query = Record<string, string | number>

export const runsQuery = (project: number, query: Query) =>
  queryOptions({
    queryKey: ['runs', 'list', project, query],
    queryFn: ({ signal }) => unwrap<Page<Run>>(api.GET('/api/v1/runs/', { params: { query: { project, ...query } }, signal })),
    // One slow request for the whole list while something moves: the net under the event stream.
    refetchInterval: (found) => (found.state.data?.results.some((run) => !isFinal(run.state)) ? 20_000 : false),
    placeholderData: keepPreviousData,
  })

export const runQuery = (id: number) =>
  queryOptions({
    queryKey: ['runs', 'detail', id],
    queryFn: ({ signal }) => unwrap<RunDetail>(api.GET('/api/v1/runs/{run_id}/', { params: { path: { run_id: id } }, signal })),
    // Events tell of changes; this is the net under them.
    refetchInterval: (query) => (query.state.data && isFinal(query.state.data.state) ? false : 20_000),
  })

export const runDefaultsQuery = queryOptions({
  queryKey: ['runs', 'defaults'],
  queryFn: ({ signal }) => unwrap<RunDefaults>(api.GET('/api/v1/runs/defaults/', { signal })),
  staleTime: 60_000,
})

export const metricKeysQuery = (id: number) =>
  queryOptions({
    queryKey: ['runs', 'metrics', id, 'keys'],
    queryFn: async ({ signal }) => {
      const answer = await unwrap<MetricKey[] | Page<MetricKey>>(api.GET('/api/v1/runs/{run_id}/metrics/', { params: { path: { run_id: id } }, signal }))
      return Array.isArray(answer) ? answer : answer.results
    },
  })

const MAX_POINTS = 2000

export const metricPointsQuery = (id: number, names: string[]) =>
  queryOptions({
    queryKey: ['runs', 'metrics', id, 'points', names],
    queryFn: async ({ signal }) => {
      const answer = await unwrap<{ series: MetricSeries[] }>(
        api.GET('/api/v1/runs/{run_id}/metrics/points/', {
          params: { path: { run_id: id }, query: { names: names.join(','), max_points: MAX_POINTS } },
          signal,
        }),
      )
      return answer.series
    },
    enabled: names.length > 0,
    placeholderData: keepPreviousData,
  })

export function useCreateRun() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: RunCreate) => unwrap<RunDetail>(api.POST('/api/v1/runs/', { body })),
    onSuccess: (run) => {
      client.setQueryData(runQuery(run.id).queryKey, run)
      return client.invalidateQueries({ queryKey: ['runs', 'list'] })
    },
  })
}

export function useStopRun(id: number) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: () => unwrap<unknown>(api.POST('/api/v1/runs/{run_id}/stop/', { params: { path: { run_id: id } } })),
    onSuccess: () => client.invalidateQueries({ queryKey: ['runs'] }),
  })
}

export function useDeleteRun(id: number) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: () => unwrap<null>(api.DELETE('/api/v1/runs/{run_id}/', { params: { path: { run_id: id } } })),
    onSuccess: () => {
      client.removeQueries({ queryKey: ['runs', 'detail', id] })
      return client.invalidateQueries({ queryKey: ['runs', 'list'] })
    },
  })
}

export function useRenameRun(id: number) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (name: string) => unwrap<Run>(api.PATCH('/api/v1/runs/{run_id}/', { params: { path: { run_id: id } }, body: { name } })),
    onSuccess: () => client.invalidateQueries({ queryKey: ['runs'] }),
  })
}

export interface Score {
  score: number | null
  score_line?: string
  score_message?: string
}

export function useRescore(id: number) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (score_regexp: string) =>
      unwrap<Score>(api.POST('/api/v1/runs/{run_id}/score/', { params: { path: { run_id: id } }, body: { score_regexp } })),
    onSuccess: () => client.invalidateQueries({ queryKey: ['runs'] }),
  })
}
