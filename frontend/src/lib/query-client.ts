import { QueryClient } from '@tanstack/react-query'
import { ApiError } from '@/lib/errors'

/** Only trouble that may pass by itself is tried again. */
function mayPass(failures: number, error: Error): boolean {
  const final = error instanceof ApiError && error.status >= 400 && error.status < 500
  return !final && failures < 2
}

export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: { staleTime: 15_000, retry: mayPass, refetchOnWindowFocus: true },
      mutations: { retry: false },
    },
  })
}
