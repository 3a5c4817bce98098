import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import type { ApiToken, NewApiToken, Page } from '@/api/types'
import { api, unwrap } from '@/lib/api-client'

export const tokensQuery = queryOptions({
  queryKey: ['tokens'],
  queryFn: ({ signal }) => unwrap<Page<ApiToken>>(api.GET('/api/v1/tokens/', { params: { query: { page_size: 100 } }, signal })),
})

export function useCreateToken() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: { name: string; expires_at?: string }) => unwrap<NewApiToken>(api.POST('/api/v1/tokens/', { body })),
    onSuccess: () => client.invalidateQueries({ queryKey: tokensQuery.queryKey }),
  })
}

export function useRevokeToken() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (id: number) => unwrap<null>(api.DELETE('/api/v1/tokens/{token_id}/', { params: { path: { token_id: id } } })),
    onSuccess: () => client.invalidateQueries({ queryKey: tokensQuery.queryKey }),
  })
}
