import type { ConfigError, Finding } from '@/api/types'

/** What the API says when it refuses: a code for programs, a sentence for people, details in `extra`. */
export class ApiError extends Error {
  readonly status: number
  readonly code: string
  readonly extra: Record<string, unknown>

  constructor(status: number, code: string, message: string, extra: Record<string, unknown> = {}) {
    super(message)
    this.name = 'ApiError'
    this.status = status
    this.code = code
    this.extra = extra
  }

  /** The errors of a form, each with the path of its field. */
  get fieldErrors(): ConfigError[] {
    return Array.isArray(this.extra.errors) ? (this.extra.errors as ConfigError[]) : []
  }

  get findings(): Finding[] {
    return Array.isArray(this.extra.findings) ? (this.extra.findings as Finding[]) : []
  }
}

interface ErrorBody {
  code?: unknown
  message?: unknown
  extra?: unknown
}

/** Reads an error from an answer's body; a proxy's HTML page becomes a plain sentence. */
export function toApiError(status: number, body: unknown): ApiError {
  const { code, message, extra } = (typeof body === 'object' && body !== null ? body : {}) as ErrorBody
  return new ApiError(
    status,
    typeof code === 'string' ? code : `http_${status}`,
    typeof message === 'string' ? message : fallbackMessage(status),
    typeof extra === 'object' && extra !== null ? (extra as Record<string, unknown>) : {},
  )
}

function fallbackMessage(status: number): string {
  if (status === 0) return 'The platform does not answer. Check the network, or whether the server runs.'
  if (status === 429) return 'Too many requests. Wait a moment, then try again.'
  if (status >= 500) return `The platform failed to answer (${status}). Try again; if it stays, look at the server's log.`
  return `The platform refused this (${status}).`
}

export const isNotFound = (error: unknown): boolean => error instanceof ApiError && error.status === 404

/** A sentence to show, whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
