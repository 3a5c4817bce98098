import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import type { Session } from '@/api/types'
import { api, unwrap } from '@/lib/api-client'

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: ({ signal }) => unwrap<Session>(api.GET('/api/v1/auth/session/', { signal })),
  staleTime: 5 * 60_000,
})

export interface Credentials {
  username: string
  password: string
}

export function useSignIn() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: Credentials) => unwrap<Session>(api.POST('/api/v1/auth/sign-in/', { body })),
    onSuccess: (session) => {
      client.clear()
      client.setQueryData(sessionQuery.queryKey, session)
    },
  })
}

export function useSignOut() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: () => unwrap<null>(api.POST('/api/v1/auth/sign-out/', {})),
    onSuccess: () => {
      client.clear()
      client.setQueryData(sessionQuery.queryKey, { user: null })
    },
  })
}

export function useChangePassword() {
  return useMutation({
    mutationFn: (body: { old_password: string; new_password: string }) =>
      unwrap<null>(api.POST('/api/v1/auth/password/', { body })),
  })
}
