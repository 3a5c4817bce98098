import { keepPreviousData, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import type { Leaks, OnItsWay, Page, Part, Split, SplitDetail, SplitImage, SplitLists, SplitMoved, SplitPreview, SplitRecipe } from '@/api/types'
import { whileUnderWay } from '@/features/datasets/api/pending'
import { api, unwrap } from '@/lib/api-client'

type Query = Record<string, string | number>
const ONE = '/api/v1/datasets/{dataset_id}/splits/{split_id}/'
const under = (dataset: number) => ['datasets', 'detail', dataset, 'splits'] as const
const ids = (dataset: number, split: number) => ({ path: { dataset_id: dataset, split_id: split } })

export const splitsQuery = (dataset: number) =>
  queryOptions({
    queryKey: [...under(dataset), 'list'],
    queryFn: ({ signal }) =>
      unwrap<Page<Split>>(api.GET('/api/v1/datasets/{dataset_id}/splits/', { params: { path: { dataset_id: dataset }, query: { page_size: 200, ordering: ['name'] } }, signal })),
  })

export const splitQuery = (dataset: number, split: number) =>
  queryOptions({
    queryKey: [...under(dataset), split],
    queryFn: ({ signal }) => unwrap<SplitDetail>(api.GET(ONE, { params: ids(dataset, split), signal })),
    placeholderData: keepPreviousData,
  })

/** What a recipe would give. Nothing is saved, so it may be asked for with every change of the form. */
export const splitPreviewQuery = (dataset: number, recipe: SplitRecipe) =>
  queryOptions({
    queryKey: [...under(dataset), 'preview', recipe],
    queryFn: ({ signal }) =>
      unwrap<SplitPreview>(api.POST('/api/v1/datasets/{dataset_id}/splits/preview/', { params: { path: { dataset_id: dataset } }, body: recipe, signal })),
    placeholderData: keepPreviousData,
    retry: false,
  })

export const splitImagesQuery = (dataset: number, split: number, query: Query) =>
  queryOptions({
    queryKey: [...under(dataset), split, 'members', query],
    queryFn: ({ signal }) =>
      unwrap<Page<SplitImage>>(api.GET('/api/v1/datasets/{dataset_id}/splits/{split_id}/members/', { params: { ...ids(dataset, split), query }, signal })),
    placeholderData: keepPreviousData,
  })

export const leaksQuery = (dataset: number, split: number) =>
  queryOptions({
    queryKey: [...under(dataset), split, 'leaks'],
    queryFn: ({ signal }) => unwrap<Leaks | OnItsWay>(api.GET('/api/v1/datasets/{dataset_id}/splits/{split_id}/leaks/', { params: ids(dataset, split), signal })),
    refetchInterval: ({ state }) => whileUnderWay(state.data?.pending),
  })

function useChange<Values, Answer>(dataset: number, change: (values: Values) => Promise<Answer>) {
  const client = useQueryClient()
  return useMutation({ mutationFn: change, onSettled: () => client.invalidateQueries({ queryKey: ['datasets', 'detail', dataset] }) })
}

export type NewSplit = SplitRecipe & { name: string; current: boolean; lists?: SplitLists }

export const useCreateSplit = (dataset: number) =>
  useChange(dataset, (body: NewSplit) => unwrap<SplitDetail>(api.POST('/api/v1/datasets/{dataset_id}/splits/', { params: { path: { dataset_id: dataset } }, body })))

export const useUpdateSplit = (dataset: number, split: number) =>
  useChange(dataset, (body: { name?: string; current?: boolean; revision?: number }) => unwrap<SplitDetail>(api.PATCH(ONE, { params: ids(dataset, split), body })))

export const useDeleteSplit = (dataset: number, split: number) => useChange(dataset, () => unwrap<null>(api.DELETE(ONE, { params: ids(dataset, split) })))

export const useExtendSplit = (dataset: number, split: number) =>
  useChange(dataset, (revision: number) =>
    unwrap<SplitMoved>(api.POST('/api/v1/datasets/{dataset_id}/splits/{split_id}/extend/', { params: ids(dataset, split), body: { revision } })),
  )

export const useAssignImages = (dataset: number, split: number) =>
  useChange(dataset, (body: { images?: number[]; filters?: Record<string, string>; part: Part | ''; revision: number }) =>
    unwrap<SplitMoved>(api.POST('/api/v1/datasets/{dataset_id}/splits/{split_id}/members/', { params: ids(dataset, split), body })),
  )

export const useReplaceSplit = (dataset: number, split: number) =>
  useChange(dataset, (body: { lists: SplitLists; revision: number }) =>
    unwrap<SplitDetail>(api.PUT('/api/v1/datasets/{dataset_id}/splits/{split_id}/lists/', { params: ids(dataset, split), body })),
  )

export const useMendLeaks = (dataset: number, split: number) =>
  useChange(dataset, (body: { image?: number; revision: number }) =>
    unwrap<SplitMoved>(api.POST('/api/v1/datasets/{dataset_id}/splits/{split_id}/leaks/', { params: ids(dataset, split), body })),
  )

export const useCompareImages = (dataset: number) =>
  useChange(dataset, () => unwrap<{ without_hash: number }>(api.POST('/api/v1/datasets/{dataset_id}/comparing/', { params: { path: { dataset_id: dataset } } })))

export const listsUrl = (dataset: number, split: number, query: { by?: 'index' | 'name'; part?: Part } = {}): string =>
  `/api/v1/datasets/${dataset}/splits/${split}/lists/?${new URLSearchParams(query).toString()}`
