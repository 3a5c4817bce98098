import createClient from 'openapi-fetch'
import type { paths } from '@/api/schema'
import { ApiError, toApiError } from '@/lib/errors'

const UNSAFE = new Set(['POST', 'PUT', 'PATCH', 'DELETE'])

/** The CSRF token Django gave this browser, or an empty string before the first visit. */
export function csrfToken(): string {
  return /(?:^|;\s*)(?:__Host-)?csrftoken=([^;]+)/.exec(document.cookie)?.[1] ?? ''
}

type Listener = () => void
const signedOutListeners = new Set<Listener>()

/** Calls back when the session has ended; returns how to unsubscribe. */
export function onSignedOut(listener: Listener): () => void {
  signedOutListeners.add(listener)
  return () => signedOutListeners.delete(listener)
}

function tellSignedOut(): void {
  signedOutListeners.forEach((listener) => listener())
}

/** `fetch` with the CSRF header, session cookie, and network trouble as an ApiError. */
export async function platformFetch(request: Request): Promise<Response> {
  const withToken = new Request(request, { credentials: 'same-origin' })
  if (UNSAFE.has(request.method)) withToken.headers.set('X-CSRFToken', csrfToken())
  let response: Response
  try {
    response = await fetch(withToken)
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw toApiError(0, null)
  }
  if (response.status === 401) tellSignedOut()
  return response
}

export const api = createClient<paths>({ baseUrl: window.location.origin, fetch: platformFetch })

interface Answer {
  data?: unknown
  error?: unknown
  response: Response
}

/** The body of a good answer; anything else throws an ApiError. */
export async function unwrap<T>(call: Promise<Answer>): Promise<T> {
  const { data, error, response } = await call
  if (!response.ok) throw toApiError(response.status, error)
  return data as T
}

/** Calls an address by hand, for bodies the typed client does not know (bytes, multipart, plain text). */
export async function rawFetch(url: string, init: RequestInit = {}): Promise<Response> {
  const response = await platformFetch(new Request(new URL(url, window.location.origin), init))
  if (response.ok) return response
  const body: unknown = await response.json().catch(() => null)
  throw toApiError(response.status, body)
}

export { ApiError }
