import { keepPreviousData, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import type { ChangedImage, ChangeKind, Comparison, Dataset, DatasetVersion, Datum, Page, Pinning, Restore } from '@/api/types'
import { whileUnderWay } from '@/features/datasets/api/pending'
import { api, unwrap } from '@/lib/api-client'

/** A version's number, or the data set as it is now. */
export type StateName = number | 'working'
type Query = Record<string, string | number>
const KEY = (dataset: number) => ['datasets', 'detail', dataset] as const

export const versionListQuery = (dataset: number, archived: 'false' | 'true' | 'any' = 'false') =>
  queryOptions({
    queryKey: [...KEY(dataset), 'versions', 'list', archived],
    queryFn: ({ signal }) =>
      unwrap<Page<DatasetVersion>>(
        api.GET('/api/v1/datasets/{dataset_id}/versions/', {
          params: { path: { dataset_id: dataset }, query: { page_size: 200, ordering: ['-number'], archived } },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  })

export const versionDataQuery = (dataset: number, number: number, query: Query) =>
  queryOptions({
    queryKey: ['datasets', 'version-data', dataset, number, query],
    queryFn: ({ signal }) =>
      unwrap<Page<Datum>>(
        api.GET('/api/v1/datasets/{dataset_id}/versions/{number}/data/', {
          params: { path: { dataset_id: dataset, number }, query: { ...query, annotations: true } },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
    staleTime: Infinity, // a version never changes
  })

export const comparisonQuery = (dataset: number, from: number, to: StateName) =>
  queryOptions({
    queryKey: [...KEY(dataset), 'compare', from, to],
    queryFn: ({ signal }) =>
      unwrap<Comparison>(
        api.GET('/api/v1/datasets/{dataset_id}/versions/{number}/compare/', {
          params: { path: { dataset_id: dataset, number: from }, query: { with: String(to) } },
          signal,
        }),
      ),
  })

export const changedQuery = (dataset: number, from: number, to: StateName, change: ChangeKind, query: Query) =>
  queryOptions({
    queryKey: [...KEY(dataset), 'compare', from, to, change, query],
    queryFn: ({ signal }) =>
      unwrap<Page<ChangedImage>>(
        api.GET('/api/v1/datasets/{dataset_id}/versions/{number}/compare/images/', {
          params: { path: { dataset_id: dataset, number: from }, query: { with: String(to), change, ...query } },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  })

/** The newest restore of the data set. */
export const lastRestoreQuery = (dataset: number) =>
  queryOptions({
    queryKey: [...KEY(dataset), 'restores', 'last'],
    queryFn: async ({ signal }) => {
      const page = await unwrap<Page<Restore>>(
        api.GET('/api/v1/datasets/{dataset_id}/restores/', { params: { path: { dataset_id: dataset }, query: { page_size: 1 } }, signal }),
      )
      return page.results[0] ?? null
    },
    refetchInterval: (query) => whileUnderWay(query.state.data),
  })

/** The newest version that the worker was asked to make. */
export const lastPinningQuery = (dataset: number) =>
  queryOptions({
    queryKey: [...KEY(dataset), 'pinnings', 'last'],
    queryFn: async ({ signal }) => {
      const page = await unwrap<Page<Pinning>>(
        api.GET('/api/v1/datasets/{dataset_id}/pinnings/', { params: { path: { dataset_id: dataset }, query: { page_size: 1 } }, signal }),
      )
      return page.results[0] ?? null
    },
    refetchInterval: (query) => whileUnderWay(query.state.data),
  })

/** What can be done to a version; every one of them makes the lists of the data set fetch anew. */
export function useVersionActions(dataset: number) {
  const client = useQueryClient()
  const onSuccess = () => client.invalidateQueries({ queryKey: KEY(dataset) })
  const at = (number: number) => ({ params: { path: { dataset_id: dataset, number } } })
  return {
    create: useMutation({
      mutationFn: (note: string) =>
        unwrap<DatasetVersion | Pinning>(api.POST('/api/v1/datasets/{dataset_id}/versions/', { params: { path: { dataset_id: dataset } }, body: { note } })),
      onSuccess,
    }),
    note: useMutation({
      mutationFn: ({ number, note }: { number: number; note: string }) =>
        unwrap<DatasetVersion>(api.PATCH('/api/v1/datasets/{dataset_id}/versions/{number}/', { ...at(number), body: { note } })),
      onSuccess,
    }),
    archive: useMutation({
      mutationFn: (number: number) => unwrap<DatasetVersion>(api.POST('/api/v1/datasets/{dataset_id}/versions/{number}/archive/', at(number))),
      onSuccess,
    }),
    unarchive: useMutation({
      mutationFn: (number: number) => unwrap<DatasetVersion>(api.POST('/api/v1/datasets/{dataset_id}/versions/{number}/unarchive/', at(number))),
      onSuccess,
    }),
    remove: useMutation({
      mutationFn: ({ number, force }: { number: number; force: boolean }) =>
        unwrap<null>(api.DELETE('/api/v1/datasets/{dataset_id}/versions/{number}/', { params: { ...at(number).params, query: { force } } })),
      onSuccess,
    }),
    restore: useMutation({
      mutationFn: (number: number) => unwrap<Restore>(api.POST('/api/v1/datasets/{dataset_id}/versions/{number}/restore/', at(number))),
      onSuccess,
    }),
  }
}

/** Hide a data set from lists, or bring it back. */
export function useArchiveDataset(dataset: number) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (archive: boolean) => {
      const where = { params: { path: { dataset_id: dataset } } }
      return unwrap<Dataset>(archive ? api.POST('/api/v1/datasets/{dataset_id}/archive/', where) : api.POST('/api/v1/datasets/{dataset_id}/unarchive/', where))
    },
    onSuccess: () => client.invalidateQueries({ queryKey: ['datasets'] }),
  })
}

const base = (dataset: number, number: number): string => `/api/v1/datasets/${dataset}/versions/${number}`
export const versionDownloadUrl = (dataset: number, number: number): string => `${base(dataset, number)}/download/`
export const versionManifestUrl = (dataset: number, number: number): string => `${base(dataset, number)}/manifest/`
export const versionAnnotationsUrl = (dataset: number, number: number): string => `${base(dataset, number)}/annotations/`
