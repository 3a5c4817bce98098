import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import type { CvatCreate, CvatLinkInput, CvatServer, CvatServerChange, CvatServerInput, DatasetCvat, Page } from '@/api/types'
import { api, unwrap } from '@/lib/api-client'

export const cvatServersQuery = (project: number) =>
  queryOptions({
    queryKey: ['cvat', 'servers', project],
    queryFn: ({ signal }) =>
      unwrap<Page<CvatServer>>(
        api.GET('/api/v1/projects/{project_id}/cvat-servers/', { params: { path: { project_id: project }, query: { page_size: 200 } }, signal }),
      ),
  })

function useServerMutation<Input, Output>(mutationFn: (input: Input) => Promise<Output>) {
  const client = useQueryClient()
  return useMutation({ mutationFn, onSuccess: () => client.invalidateQueries({ queryKey: ['cvat', 'servers'] }) })
}

export const useAddServer = (project: number) =>
  useServerMutation((body: CvatServerInput) =>
    unwrap<CvatServer>(api.POST('/api/v1/projects/{project_id}/cvat-servers/', { params: { path: { project_id: project } }, body })),
  )

export const useChangeServer = (id: number) =>
  useServerMutation((body: CvatServerChange) =>
    unwrap<CvatServer>(api.PATCH('/api/v1/cvat-servers/{server_id}/', { params: { path: { server_id: id } }, body })),
  )

export const useTestServer = () =>
  useServerMutation((id: number) => unwrap<CvatServer>(api.POST('/api/v1/cvat-servers/{server_id}/test/', { params: { path: { server_id: id } } })))

export const useDeleteServer = () =>
  useServerMutation((id: number) => unwrap<null>(api.DELETE('/api/v1/cvat-servers/{server_id}/', { params: { path: { server_id: id } } })))

const path = (id: number) => ({ params: { path: { dataset_id: id } } })

export const datasetCvatQuery = (id: number) =>
  queryOptions({
    queryKey: ['cvat', 'dataset', id],
    queryFn: ({ signal }) => unwrap<DatasetCvat>(api.GET('/api/v1/datasets/{dataset_id}/cvat/', { ...path(id), signal })),
    // Events tell of changes; this is the net under them while something goes on.
    refetchInterval: (query) => (query.state.data?.current ? 5_000 : false),
  })

function useCvatMutation<Input>(id: number, mutationFn: (input: Input) => Promise<DatasetCvat>) {
  const client = useQueryClient()
  return useMutation({ mutationFn, onSuccess: (now) => client.setQueryData(datasetCvatQuery(id).queryKey, now) })
}

export const useCreateInCvat = (id: number) =>
  useCvatMutation(id, (body: CvatCreate) => unwrap<DatasetCvat>(api.POST('/api/v1/datasets/{dataset_id}/cvat/create/', { ...path(id), body })))

export const useLinkToCvat = (id: number) =>
  useCvatMutation(id, (body: CvatLinkInput) => unwrap<DatasetCvat>(api.POST('/api/v1/datasets/{dataset_id}/cvat/link/', { ...path(id), body })))

export const usePull = (id: number) =>
  useCvatMutation(id, () => unwrap<DatasetCvat>(api.POST('/api/v1/datasets/{dataset_id}/cvat/pull/', path(id))))

export const useCancelTransfer = (id: number) =>
  useCvatMutation(id, () => unwrap<DatasetCvat>(api.POST('/api/v1/datasets/{dataset_id}/cvat/cancel/', path(id))))

export function useUnlink(id: number) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: () => unwrap<null>(api.DELETE('/api/v1/datasets/{dataset_id}/cvat/', path(id))),
    onSuccess: () => client.invalidateQueries({ queryKey: ['cvat'] }),
  })
}
