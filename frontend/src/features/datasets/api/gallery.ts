import { keepPreviousData, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import type { GalleryFacets, GalleryWindow, ImageDetail, ImagePlace, LabelRow, OnItsWay, Part, Repair, Shape, Statistics } from '@/api/types'
import { whileUnderWay } from '@/features/datasets/api/pending'
import { rawFetch } from '@/lib/api-client'

const json = async <T>(url: string, init: RequestInit = {}): Promise<T> => (await (await rawFetch(url, init)).json()) as T
const send = (method: string, body: unknown): RequestInit => ({ method, body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } })
const one = (dataset: number): string => `/api/v1/datasets/${dataset}/`
const below = (dataset: number) => ['datasets', 'detail', dataset] as const

/** Images that a window of the gallery holds. */
export const WINDOW = 100

export const windowQuery = (dataset: number, filter: string, page: number) =>
  queryOptions({
    queryKey: [...below(dataset), 'gallery', filter, page],
    queryFn: ({ signal }) => json<GalleryWindow>(`${one(dataset)}gallery/?${filter}&offset=${page * WINDOW}&limit=${WINDOW}`, { signal }),
    staleTime: 60_000,
  })

export const countQuery = (dataset: number, filter: string) =>
  queryOptions({
    queryKey: [...below(dataset), 'gallery', filter, 'count'],
    queryFn: ({ signal }) => json<GalleryWindow>(`${one(dataset)}gallery/?${filter}&limit=0`, { signal }),
    placeholderData: keepPreviousData,
  })

export const facetsQuery = (dataset: number) =>
  queryOptions({ queryKey: [...below(dataset), 'facets'], queryFn: ({ signal }) => json<GalleryFacets>(`${one(dataset)}facets/`, { signal }) })

export const imageQuery = (dataset: number, image: number) =>
  queryOptions({
    queryKey: [...below(dataset), 'image', image],
    queryFn: ({ signal }) => json<ImageDetail>(`${one(dataset)}images/${image}/`, { signal }),
    staleTime: 30_000,
  })

export const placeQuery = (dataset: number, image: number, filter: string) =>
  queryOptions({
    queryKey: [...below(dataset), 'place', image, filter],
    queryFn: ({ signal }) => json<ImagePlace>(`${one(dataset)}images/${image}/place/?${filter}`, { signal }),
    placeholderData: keepPreviousData,
  })

export const statisticsQuery = (dataset: number, label: string, version: number | null) =>
  queryOptions({
    queryKey: [...below(dataset), 'statistics', label, version],
    queryFn: ({ signal }) => {
      const query = new URLSearchParams({ ...(label ? { label } : {}), ...(version === null ? {} : { version: String(version) }) })
      return json<Statistics | OnItsWay>(`${one(dataset)}statistics/?${query.toString()}`, { signal })
    },
    placeholderData: keepPreviousData,
    staleTime: ({ state }) => (version === null || state.data?.pending ? 0 : Infinity),
    refetchInterval: ({ state }) => whileUnderWay(state.data?.pending),
  })

export type SentShape = Partial<Shape> & { id?: number | null }

export const saveShapes = (dataset: number, image: number, revision: number, shapes: SentShape[]): Promise<ImageDetail> =>
  json<ImageDetail>(`${one(dataset)}images/${image}/annotations/`, send('PUT', { revision, shapes }))

/** A change of the data set by hand; afterwards all that is shown of it is asked for again. */
function useChange<Given, Answer>(dataset: number, call: (given: Given) => Promise<Answer>) {
  const client = useQueryClient()
  return useMutation({ mutationFn: call, onSuccess: () => client.invalidateQueries({ queryKey: below(dataset) }) })
}

/** Images by id, or all that fit a filter: as many as were seen, or nothing is done. */
export type Chosen = { ids: number[] } | { filter: string; count: number }

export const useDeleteImages = (dataset: number) =>
  useChange(dataset, (given: Chosen) => json<{ deleted: number; queued: number }>(`${one(dataset)}images/delete/`, send('POST', given)))

interface Changed {
  changed: number
  /** So many more are changed by the worker next. */
  queued: number
}

export const usePutIntoPart = (dataset: number) =>
  useChange(dataset, (given: Chosen & { part: Part | '' }) => json<Changed>(`${one(dataset)}images/part/`, send('POST', given)))

export const useTagImages = (dataset: number) =>
  useChange(dataset, (given: Chosen & { label: string; present: boolean }) => json<Changed>(`${one(dataset)}images/tag/`, send('POST', given)))

export const useCreateLabel = (dataset: number) =>
  useChange(dataset, (given: { name: string; color: string }) => json<LabelRow>(`${one(dataset)}labels/`, send('POST', given)))

export const useUpdateLabel = (dataset: number) =>
  useChange(dataset, ({ id, ...given }: { id: number; name?: string; color?: string }) => json<LabelRow | Repair>(`${one(dataset)}labels/${id}/`, send('PATCH', given)))

export const useDeleteLabel = (dataset: number) => useChange(dataset, (id: number) => rawFetch(`${one(dataset)}labels/${id}/`, { method: 'DELETE' }))
