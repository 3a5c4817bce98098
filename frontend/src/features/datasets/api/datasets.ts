import { keepPreviousData, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import type { BucketImport, ConflictAnswers, Dataset, DatasetImage, DatasetImport, DatasetVersion, ImportOptions, NameConflict, Page } from '@/api/types'
import { api, unwrap } from '@/lib/api-client'

type Query = Record<string, string | number>
const ALL = ['datasets'] as const

export const datasetsQuery = (project: number, query: Query) =>
  queryOptions({
    queryKey: [...ALL, 'list', project, query],
    queryFn: ({ signal }) =>
      unwrap<Page<Dataset>>(api.GET('/api/v1/datasets/', { params: { query: { project, ...query } }, signal })),
    placeholderData: keepPreviousData,
  })

export const datasetQuery = (id: number) =>
  queryOptions({
    queryKey: [...ALL, 'detail', id],
    queryFn: ({ signal }) => unwrap<Dataset>(api.GET('/api/v1/datasets/{dataset_id}/', { params: { path: { dataset_id: id } }, signal })),
    // Events tell of changes; this is the net under them while an import is at work.
    refetchInterval: (query) => (query.state.data?.active_import ? 5_000 : false),
  })

export const imagesQuery = (id: number, query: Query) =>
  queryOptions({
    queryKey: [...ALL, 'detail', id, 'images', query],
    queryFn: ({ signal }) =>
      unwrap<Page<DatasetImage>>(api.GET('/api/v1/datasets/{dataset_id}/images/', { params: { path: { dataset_id: id }, query }, signal })),
    placeholderData: keepPreviousData,
  })

export const datasetVersionQuery = (id: number, number: number) =>
  queryOptions({
    queryKey: [...ALL, 'detail', id, 'versions', number],
    queryFn: ({ signal }) =>
      unwrap<DatasetVersion>(api.GET('/api/v1/datasets/{dataset_id}/versions/{number}/', { params: { path: { dataset_id: id, number } }, signal })),
    // A version never changes.
    staleTime: Infinity,
  })

export const importsQuery = (id: number) =>
  queryOptions({
    queryKey: [...ALL, 'detail', id, 'imports'],
    queryFn: ({ signal }) =>
      unwrap<Page<DatasetImport>>(
        api.GET('/api/v1/datasets/{dataset_id}/imports/', { params: { path: { dataset_id: id }, query: { page_size: 50, ordering: ['-created_at'] } }, signal }),
      ),
  })

const IN_WORK = new Set(['queued', 'running'])

export const importQuery = (id: number) =>
  queryOptions({
    queryKey: ['imports', id],
    queryFn: ({ signal }) => unwrap<DatasetImport>(api.GET('/api/v1/imports/{import_id}/', { params: { path: { import_id: id } }, signal })),
    refetchInterval: (query) => (query.state.data && IN_WORK.has(query.state.data.state) ? 5_000 : false),
  })

export function useCreateDataset() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: { project: number; name: string; description: string }) => unwrap<Dataset>(api.POST('/api/v1/datasets/', { body })),
    onSuccess: () => client.invalidateQueries({ queryKey: [...ALL, 'list'] }),
  })
}

export function useUpdateDataset(id: number) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: { name?: string; description?: string }) =>
      unwrap<Dataset>(api.PATCH('/api/v1/datasets/{dataset_id}/', { params: { path: { dataset_id: id } }, body })),
    onSuccess: () => client.invalidateQueries({ queryKey: ALL }),
  })
}

export function useDeleteDataset(id: number) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: () => unwrap<null>(api.DELETE('/api/v1/datasets/{dataset_id}/', { params: { path: { dataset_id: id } } })),
    onSuccess: () => {
      client.removeQueries({ queryKey: [...ALL, 'detail', id] })
      return client.invalidateQueries({ queryKey: [...ALL, 'list'] })
    },
  })
}

export const createImport = (id: number, body: ImportOptions): Promise<DatasetImport> =>
  unwrap<DatasetImport>(api.POST('/api/v1/datasets/{dataset_id}/imports/', { params: { path: { dataset_id: id } }, body }))

/** Imports of the data set that take uploads, newest first. */
export const listOpenImports = async (id: number): Promise<DatasetImport[]> => {
  const query = { state: 'uploading' as const, page_size: 20, ordering: ['-created_at' as const] }
  return (await unwrap<Page<DatasetImport>>(api.GET('/api/v1/datasets/{dataset_id}/imports/', { params: { path: { dataset_id: id }, query } }))).results
}

export const fetchImport = (id: number): Promise<DatasetImport> =>
  unwrap<DatasetImport>(api.GET('/api/v1/imports/{import_id}/', { params: { path: { import_id: id } } }))

export const conflictsQuery = (id: number, page: number, size: number) =>
  queryOptions({
    queryKey: ['imports', id, 'conflicts', page, size],
    queryFn: ({ signal }) =>
      unwrap<Page<NameConflict>>(api.GET('/api/v1/imports/{import_id}/conflicts/', { params: { path: { import_id: id }, query: { page, page_size: size } }, signal })),
    placeholderData: keepPreviousData,
  })

export function useAnswerConflicts(id: number) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: ConflictAnswers) => unwrap<DatasetImport>(api.POST('/api/v1/imports/{import_id}/answers/', { params: { path: { import_id: id } }, body })),
    onSuccess: () => Promise.all([client.invalidateQueries({ queryKey: ['imports', id] }), client.invalidateQueries({ queryKey: ALL })]),
  })
}

export const savedBucketsQuery = (id: number) =>
  queryOptions({
    queryKey: [...ALL, 'detail', id, 'saved-buckets'],
    queryFn: ({ signal }) => unwrap<{ name: string }[]>(api.GET('/api/v1/datasets/{dataset_id}/saved-buckets/', { params: { path: { dataset_id: id } }, signal })),
  })

export function useImportBucket(id: number) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: BucketImport) => unwrap<DatasetImport>(api.POST('/api/v1/datasets/{dataset_id}/imports/bucket/', { params: { path: { dataset_id: id } }, body })),
    onSuccess: () => client.invalidateQueries({ queryKey: ALL }),
  })
}

export const startImport = (id: number): Promise<DatasetImport> =>
  unwrap<DatasetImport>(api.POST('/api/v1/imports/{import_id}/start/', { params: { path: { import_id: id } } }))

/** What can be done with an import as it is. */
export function useImportActions(id: number) {
  const client = useQueryClient()
  const onSuccess = () => Promise.all([client.invalidateQueries({ queryKey: ['imports', id] }), client.invalidateQueries({ queryKey: ALL })])
  return {
    /** End it while it is at work; what it has added goes again. */
    cancel: useMutation({
      mutationFn: () => unwrap<DatasetImport>(api.POST('/api/v1/imports/{import_id}/cancel/', { params: { path: { import_id: id } } })),
      onSuccess,
    }),
    start: useMutation({ mutationFn: () => startImport(id), onSuccess }),
    /** Remove it with its uploads. */
    remove: useMutation({ mutationFn: () => removeImport(id), onSuccess }),
  }
}

export const removeImport = (id: number): Promise<null> =>
  unwrap<null>(api.DELETE('/api/v1/imports/{import_id}/', { params: { path: { import_id: id } } }))

export const annotationsUrl = (id: number): string => `/api/v1/datasets/${id}/annotations/`
export const downloadUrl = (id: number): string => `/api/v1/datasets/${id}/download/`
