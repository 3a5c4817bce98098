import { keepPreviousData, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import type { Model, ModelVersion, Page } from '@/api/types'
import { api, unwrap } from '@/lib/api-client'

type Query = Record<string, string | number>

export const modelsQuery = (project: number, query: Query) =>
  queryOptions({
    queryKey: ['models', 'list', project, query],
    queryFn: ({ signal }) => unwrap<Page<Model>>(api.GET('/api/v1/models/', { params: { query: { project, ...query } }, signal })),
    placeholderData: keepPreviousData,
  })

export const modelQuery = (id: number) =>
  queryOptions({
    queryKey: ['models', 'detail', id],
    queryFn: ({ signal }) => unwrap<Model>(api.GET('/api/v1/models/{model_id}/', { params: { path: { model_id: id } }, signal })),
  })

export const modelVersionQuery = (id: number) =>
  queryOptions({
    queryKey: ['model-versions', id],
    queryFn: ({ signal }) => unwrap<ModelVersion>(api.GET('/api/v1/model-versions/{version_id}/', { params: { path: { version_id: id } }, signal })),
  })

export function useUpdateModel(id: number) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: { name?: string; description?: string }) =>
      unwrap<Model>(api.PATCH('/api/v1/models/{model_id}/', { params: { path: { model_id: id } }, body })),
    onSuccess: () => client.invalidateQueries({ queryKey: ['models'] }),
  })
}

export function useDeleteModel(id: number) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: () => unwrap<null>(api.DELETE('/api/v1/models/{model_id}/', { params: { path: { model_id: id } } })),
    onSuccess: () => {
      client.removeQueries({ queryKey: ['models', 'detail', id] })
      return client.invalidateQueries({ queryKey: ['models', 'list'] })
    },
  })
}

export function useDeleteModelVersion(id: number) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: () => unwrap<null>(api.DELETE('/api/v1/model-versions/{version_id}/', { params: { path: { version_id: id } } })),
    onSuccess: () => client.invalidateQueries({ queryKey: ['models'] }),
  })
}

export const modelFileUrl = (version: number, file: number): string => `/api/v1/model-versions/${version}/files/${file}/content/`
export const modelZipUrl = (version: number): string => `/api/v1/model-versions/${version}/download/`
