import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { Navigate, Outlet, useLocation } from 'react-router'
import { ErrorState } from '@/components/ui/error-state'
import { paths } from '@/config/paths'
import { sessionQuery } from '@/features/auth/api/session'
import { onSignedOut } from '@/lib/api-client'
import { startEventStream } from '@/lib/event-stream'

/** Lets only signed-in people pass; who is not goes to the sign-in page and comes back to the same address. */
export function SignedIn() {
  const session = useQuery(sessionQuery)
  const client = useQueryClient()
  const location = useLocation()
  const user = session.data?.user
  const signedIn = Boolean(user)
  useEffect(() => onSignedOut(() => client.setQueryData(sessionQuery.queryKey, { user: null })), [client])
  useEffect(() => (signedIn ? startEventStream(client) : undefined), [client, signedIn])
  if (session.isError) return <ErrorState error={session.error} onRetry={() => void session.refetch()} what="session" />
  if (session.isPending) return null
  if (!user) return <Navigate to={paths.signIn(location.pathname + location.search)} replace />
  return <Outlet />
}
