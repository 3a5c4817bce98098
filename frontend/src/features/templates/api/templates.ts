import { keepPreviousData, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import type { ConfigCheck, Execution, ExportConfig, Finding, JsonObject, Page, Template, TemplateVersion } from '@/api/types'
import { api, rawFetch, unwrap } from '@/lib/api-client'

type Query = Record<string, string | number>

export const templatesQuery = (project: number, query: Query) =>
  queryOptions({
    queryKey: ['templates', 'list', project, query],
    queryFn: ({ signal }) =>
      unwrap<Page<Template>>(api.GET('/api/v1/templates/', { params: { query: { project, ...query } }, signal })),
    placeholderData: keepPreviousData,
  })

export const templateQuery = (id: number) =>
  queryOptions({
    queryKey: ['templates', 'detail', id],
    queryFn: ({ signal }) => unwrap<Template>(api.GET('/api/v1/templates/{template_id}/', { params: { path: { template_id: id } }, signal })),
  })

export const templateVersionQuery = (id: number) =>
  queryOptions({
    queryKey: ['template-versions', id],
    queryFn: ({ signal }) => unwrap<TemplateVersion>(api.GET('/api/v1/template-versions/{version_id}/', { params: { path: { version_id: id } }, signal })),
  })

export const buildsQuery = (id: number) =>
  queryOptions({
    queryKey: ['template-versions', id, 'builds'],
    queryFn: async ({ signal }) => {
      const answer = await unwrap<Page<Execution> | Execution[]>(
        api.GET('/api/v1/template-versions/{version_id}/builds/', { params: { path: { version_id: id } }, signal }),
      )
      return Array.isArray(answer) ? answer : answer.results
    },
  })

export const exportConfigQuery = queryOptions({
  queryKey: ['export-config'],
  queryFn: ({ signal }) => unwrap<ExportConfig>(api.GET('/api/v1/export-config/', { signal })),
  staleTime: Infinity,
})

export const configCheckQuery = (version: number, config: JsonObject, exportConfig: JsonObject | null) =>
  queryOptions({
    queryKey: ['config-check', version, config, exportConfig],
    queryFn: ({ signal }) =>
      unwrap<ConfigCheck>(
        api.POST('/api/v1/template-versions/{version_id}/validate-config/', {
          params: { path: { version_id: version } },
          body: exportConfig === null ? { config } : { config, export_config: exportConfig },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
    staleTime: Infinity,
  })

export interface TemplateUploaded {
  template: Template
  version: { id: number; number: number }
  findings: Finding[]
}

export function useUploadTemplate(project: number) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: async (file: File) => {
      const body = new FormData()
      body.append('project', String(project))
      body.append('template_zip', file, file.name)
      const response = await rawFetch('/api/v1/templates/upload/', { method: 'POST', body })
      return (await response.json()) as TemplateUploaded
    },
    onSuccess: () => client.invalidateQueries({ queryKey: ['templates'] }),
  })
}

export function useDeleteTemplate(id: number) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: () => unwrap<null>(api.DELETE('/api/v1/templates/{template_id}/', { params: { path: { template_id: id } } })),
    onSuccess: () => {
      client.removeQueries({ queryKey: ['templates', 'detail', id] })
      return client.invalidateQueries({ queryKey: ['templates', 'list'] })
    },
  })
}

export type Grants = Partial<Pick<Template, 'allow_network' | 'allow_root' | 'allow_fuse'>>

export function useGrant(id: number) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: Grants) =>
      unwrap<Template>(api.PATCH('/api/v1/templates/{template_id}/', { params: { path: { template_id: id } }, body })),
    onSuccess: () =>
      Promise.all([client.invalidateQueries({ queryKey: ['templates'] }), client.invalidateQueries({ queryKey: ['template-versions'] })]),
  })
}

export function useBuild(version: number) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: () => unwrap<unknown>(api.POST('/api/v1/template-versions/{version_id}/build/', { params: { path: { version_id: version } } })),
    onSuccess: () => client.invalidateQueries({ queryKey: ['template-versions', version] }),
  })
}

export const templateDownloadUrl = (version: number): string => `/api/v1/template-versions/${version}/download/`
