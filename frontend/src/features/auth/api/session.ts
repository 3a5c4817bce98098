import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import type { Page, Session, SignedInDevice } from '@/api/types'
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
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: { old_password: string; new_password: string }) =>
      unwrap<null>(api.POST('/api/v1/auth/password/', { body })),
    // The other sessions have ended, and this one has another id.
    onSuccess: () => client.invalidateQueries({ queryKey: sessionsQuery.queryKey }),
  })
}

export const sessionsQuery = queryOptions({
  queryKey: ['sessions'],
  queryFn: ({ signal }) => unwrap<Page<SignedInDevice>>(api.GET('/api/v1/auth/sessions/', { params: { query: { page_size: 100 } }, signal })),
})

/** Ends one session, or with null all but this one. */
export function useEndSessions() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (id: string | null) =>
      id === null
        ? unwrap<null>(api.DELETE('/api/v1/auth/sessions/', {}))
        : unwrap<null>(api.DELETE('/api/v1/auth/sessions/{session_id}/', { params: { path: { session_id: id } } })),
    // Also after a failure: the session may have ended by itself.
    onSettled: () => client.invalidateQueries({ queryKey: sessionsQuery.queryKey }),
  })
}
