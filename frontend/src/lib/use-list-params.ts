import { useCallback, useMemo } from 'react'
import { useSearchParams } from 'react-router'

export interface ListQuery {
  page: number
  page_size: number
  search: string
  ordering: string
  filters: Record<string, string>
}
export interface ListParams extends ListQuery {
  /** Changes some of the address; everything but a page change goes back to page 1. */
  update: (change: Record<string, string | number | null>, how?: { replace: boolean }) => void
  /** Ready for the API: empty values are left out. */
  query: Record<string, string | number>
}

interface Options {
  ordering?: string
  pageSize?: number
  filters?: readonly string[]
}
const NO_FILTERS: readonly string[] = []

/** Search, filters, order and page of a list, kept in the address so that a view can be sent to a colleague. */
export function useListParams({ ordering = '', pageSize = 25, filters = NO_FILTERS }: Options = {}): ListParams {
  const [params, setParams] = useSearchParams()
  const update = useCallback(
    (change: Record<string, string | number | null>, how: { replace: boolean } = { replace: !('page' in change) }) => {
      setParams(
        (previous) => {
          const next = new URLSearchParams(previous)
          if (!('page' in change)) next.delete('page')
          for (const [key, value] of Object.entries(change)) {
            if (value === null || value === '' || (key === 'page' && value === 1)) next.delete(key)
            else next.set(key, String(value))
          }
          return next
        },
        how,
      )
    },
    [setParams],
  )
  return useMemo(() => {
    const state: ListQuery = {
      page: Math.max(1, Number(params.get('page')) || 1),
      page_size: Number(params.get('page_size')) || pageSize,
      search: params.get('search') ?? '',
      ordering: params.get('ordering') ?? ordering,
      filters: Object.fromEntries(filters.map((key) => [key, params.get(key) ?? ''])),
    }
    const entries = Object.entries({
      page: state.page,
      page_size: state.page_size,
      search: state.search,
      ordering: state.ordering,
      ...state.filters,
    }).filter(([, value]) => value !== '')
    return { ...state, update, query: Object.fromEntries(entries) }
  }, [params, update, ordering, pageSize, filters])
}
