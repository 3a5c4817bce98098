import { queryOptions } from '@tanstack/react-query'
import type { AnnotationFormat, Conversion, LossReport } from '@/api/types'
import { api, rawFetch, unwrap } from '@/lib/api-client'

/** What is exported: the working state of a data set, or the version with this number. */
export interface Exported {
  dataset: number
  version?: number
}

export const formatsQuery = () =>
  queryOptions({
    queryKey: ['formats'],
    queryFn: ({ signal }) => unwrap<AnnotationFormat[]>(api.GET('/api/v1/datasets/formats/', { signal })),
    staleTime: Infinity,
  })

/** What an export into this format would lose. */
export const lossQuery = ({ dataset, version }: Exported, format: AnnotationFormat['key']) =>
  queryOptions({
    queryKey: ['datasets', 'detail', dataset, 'losses', version ?? null, format],
    queryFn: ({ signal }) => {
      const query = { to: format as never }
      return unwrap<LossReport>(
        version === undefined
          ? api.GET('/api/v1/datasets/{dataset_id}/export/report/', { params: { path: { dataset_id: dataset }, query }, signal })
          : api.GET('/api/v1/datasets/{dataset_id}/versions/{number}/export/report/', { params: { path: { dataset_id: dataset, number: version }, query }, signal }),
      )
    },
  })

export function exportUrl({ dataset, version }: Exported, format: string, images: boolean): string {
  const of = version === undefined ? '' : `versions/${version}/`
  return `/api/v1/datasets/${dataset}/${of}export/?to=${encodeURIComponent(format)}&images=${images}`
}

const IN_WORK = new Set(['queued', 'running'])

export const conversionQuery = (id: number) =>
  queryOptions({
    queryKey: ['conversions', id],
    queryFn: ({ signal }) => unwrap<Conversion>(api.GET('/api/v1/conversions/{conversion_id}/', { params: { path: { conversion_id: id } }, signal })),
    refetchInterval: (query) => (query.state.data === undefined || IN_WORK.has(query.state.data.state) ? 1_000 : false),
  })

export interface ConversionWish {
  file: File
  source: string
  target: string
  withImages: boolean
}

/** Sends the file; the worker converts it. */
export async function startConversion({ file, source, target, withImages }: ConversionWish): Promise<Conversion> {
  const body = { name: file.name, source: source as never, target: target as never, with_images: withImages }
  const made = await unwrap<Conversion>(api.POST('/api/v1/conversions/', { body }))
  const response = await rawFetch(`/api/v1/conversions/${made.id}/content/`, {
    method: 'PUT',
    body: file,
    headers: { 'Content-Type': 'application/octet-stream' },
  })
  return (await response.json()) as Conversion
}

/** Forget a conversion with its files; a worker that is at it stops. */
export const removeConversion = (id: number): Promise<null> =>
  unwrap<null>(api.DELETE('/api/v1/conversions/{conversion_id}/', { params: { path: { conversion_id: id } } }))

export const resultUrl = (id: number): string => `/api/v1/conversions/${id}/result/`
