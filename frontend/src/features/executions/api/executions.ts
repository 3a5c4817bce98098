import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import type { Execution, Host, Page } from '@/api/types'
import { isFinal } from '@/config/states'
import { api, unwrap } from '@/lib/api-client'

export const executionQuery = (id: number) =>
  queryOptions({
    queryKey: ['executions', id],
    queryFn: ({ signal }) => unwrap<Execution>(api.GET('/api/v1/executions/{execution_id}/', { params: { path: { execution_id: id } }, signal })),
    // Events tell of changes; this is the net under them.
    refetchInterval: (query) => (query.state.data && isFinal(query.state.data.state) ? false : 20_000),
  })

export const hostsQuery = queryOptions({
  queryKey: ['hosts'],
  queryFn: async ({ signal }) => {
    const answer = await unwrap<Page<Host> | Host[]>(api.GET('/api/v1/hosts/', { signal }))
    return Array.isArray(answer) ? answer : answer.results
  },
  refetchInterval: 30_000,
})

export function useStopExecution() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (id: number) => unwrap<unknown>(api.POST('/api/v1/executions/{execution_id}/stop/', { params: { path: { execution_id: id } } })),
    onSuccess: () =>
      Promise.all(['executions', 'templates', 'template-versions', 'hosts'].map((key) => client.invalidateQueries({ queryKey: [key] }))),
  })
}
