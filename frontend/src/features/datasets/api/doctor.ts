import { keepPreviousData, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import type { DatasetFinding, Examination, ExaminationOptions, Page, Repair, RepairPreview, RepairRequest } from '@/api/types'
import { api, unwrap } from '@/lib/api-client'

type Query = Record<string, string | number | boolean>
const ALL = ['doctor'] as const
const WORKING = new Set(['queued', 'running'])
// Events tell of progress; this is the net under them while something is at work.
const NET_MS = 4000

export const isWorking = (state: string | undefined): boolean => state !== undefined && WORKING.has(state)

export const examinationQuery = (id: number) =>
  queryOptions({
    queryKey: [...ALL, id, 'examination'],
    queryFn: ({ signal }) =>
      unwrap<Examination>(api.GET('/api/v1/datasets/{dataset_id}/examine/', { params: { path: { dataset_id: id } }, signal })),
    refetchInterval: (query) => (isWorking(query.state.data?.state) ? NET_MS : false),
  })

export const findingsQuery = (id: number, query: Query) =>
  queryOptions({
    queryKey: [...ALL, id, 'findings', query],
    queryFn: ({ signal }) =>
      unwrap<Page<DatasetFinding>>(api.GET('/api/v1/datasets/{dataset_id}/findings/', { params: { path: { dataset_id: id }, query }, signal })),
    placeholderData: keepPreviousData,
  })

export const repairsQuery = (id: number) =>
  queryOptions({
    queryKey: [...ALL, id, 'repairs'],
    queryFn: ({ signal }) =>
      unwrap<Page<Repair>>(api.GET('/api/v1/datasets/{dataset_id}/repairs/', { params: { path: { dataset_id: id }, query: { page_size: 50 } }, signal })),
    refetchInterval: (query) => (query.state.data?.results.some((repair) => isWorking(repair.state)) ? NET_MS : false),
  })

export const repairPreviewQuery = (id: number, body: RepairRequest) =>
  queryOptions({
    queryKey: [...ALL, id, 'preview', body],
    queryFn: ({ signal }) =>
      unwrap<RepairPreview>(api.POST('/api/v1/datasets/{dataset_id}/repairs/preview/', { params: { path: { dataset_id: id } }, body, signal })),
    retry: false,
  })

function useRefresh(id: number): () => Promise<void> {
  const client = useQueryClient()
  return () => client.invalidateQueries({ queryKey: [...ALL, id] })
}

export function useExamine(id: number) {
  const refresh = useRefresh(id)
  return useMutation({
    mutationFn: (options?: Partial<ExaminationOptions>) =>
      unwrap<Examination>(api.POST('/api/v1/datasets/{dataset_id}/examine/', { params: { path: { dataset_id: id } }, body: options ? { options } : {} })),
    onSuccess: refresh,
  })
}

export function useCancelExamination(id: number) {
  const refresh = useRefresh(id)
  return useMutation({
    mutationFn: () => unwrap<Examination>(api.POST('/api/v1/datasets/{dataset_id}/examine/cancel/', { params: { path: { dataset_id: id } } })),
    onSuccess: refresh,
  })
}

export function useMarkFindings(id: number) {
  const refresh = useRefresh(id)
  return useMutation({
    mutationFn: (body: { code: string; findings?: number[]; intended: boolean }) =>
      unwrap<{ marked: number }>(api.POST('/api/v1/datasets/{dataset_id}/findings/intended/', { params: { path: { dataset_id: id } }, body })),
    onSuccess: refresh,
  })
}

export function useRepair(id: number) {
  const refresh = useRefresh(id)
  return useMutation({
    mutationFn: (body: RepairRequest) => unwrap<Repair>(api.POST('/api/v1/datasets/{dataset_id}/repairs/', { params: { path: { dataset_id: id } }, body })),
    onSuccess: refresh,
  })
}

export function useUndoRepair(id: number) {
  const refresh = useRefresh(id)
  return useMutation({
    mutationFn: ({ repair, force }: { repair: number; force: boolean }) =>
      unwrap<Repair>(
        api.POST('/api/v1/datasets/{dataset_id}/repairs/{repair_id}/undo/', { params: { path: { dataset_id: id, repair_id: repair } }, body: { force } }),
      ),
    onSuccess: refresh,
  })
}
