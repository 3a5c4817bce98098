import { act, renderHook, waitFor } from '@testing-library/react'
import { http, HttpResponse } from 'msw'
import { afterEach, expect, test } from 'vitest'
import { fileAt, filesSent } from '@/features/datasets/uploads/upload-job'
import { continueUpload, dropUpload, resumeUpload, startUpload, useUploads } from '@/features/datasets/uploads/upload-manager'
import { server } from '@/testing/setup'

const TARGET = { project: 1, dataset: 11, datasetName: 'Blood cells' }
const picked = (name: string, text: string) => ({ name, file: new File([text], name.split('/').pop() ?? name) })
let key = ''
afterEach(() => act(() => dropUpload(key)))

test('it sends every file, then starts the import', async () => {
  const { result } = renderHook(() => useUploads())
  act(() => {
    key = startUpload(TARGET, [picked('a.jpg', 'aaaa'), picked('cat/b.jpg', 'bb')])
  })
  await waitFor(() => expect(result.current[0]?.state).toBe('started'))
  const [job] = result.current
  expect([0, 1].map((index) => job && fileAt(job, index)).map((file) => [file?.name, file?.state, file?.sent])).toEqual([
    ['a.jpg', 'done', 4],
    ['cat/b.jpg', 'done', 2],
  ])
})

test('it asks for the offset and goes on after a broken chunk', async () => {
  let broken = true
  server.use(
    http.patch('*/api/v1/uploads/*', () => {
      if (!broken) return undefined
      broken = false
      return HttpResponse.json({ code: 'x', message: 'gone', extra: {} }, { status: 503 })
    }),
  )
  const { result } = renderHook(() => useUploads())
  act(() => {
    key = startUpload(TARGET, [picked('a.jpg', 'aaaa')])
  })
  await waitFor(() => expect(result.current[0]?.state).toBe('started'), { timeout: 4000 })
})

test('a refused file says why and can be tried again', async () => {
  server.use(http.post('*/api/v1/imports/:id/uploads/', () => HttpResponse.json({ code: 'too_large', message: 'The file is too large.', extra: {} }, { status: 400 })))
  const { result } = renderHook(() => useUploads())
  act(() => {
    key = startUpload(TARGET, [picked('a.jpg', 'aaaa')])
  })
  await waitFor(() => expect(result.current[0]?.state).toBe('failed'))
  expect(result.current[0]?.units[0]?.problem).toBe('The file is too large.')
})

test('it does not send again what the server has', async () => {
  const { result } = renderHook(() => useUploads())
  const known = { id: 77, dataset: 11, state: 'uploading' as const, progress: 0, message: '', report: null, created_at: '', finished_at: null, cancelling: false, on_conflict: 'ask' as const, on_duplicate: 'keep' as const, source: '', uploads: [{ id: 'u1', kind: 'file' as const, name: 'a.jpg', size: 4, offset: 4, fingerprint: '' }] }
  act(() => continueUpload(TARGET, known, [picked('a.jpg', 'aaaa')]))
  key = 'import-77'
  expect(result.current.find((job) => job.key === key)?.units[0]?.state ?? 'done').toBe('done')
  await waitFor(() => expect(result.current.find((job) => job.key === key)?.state).toMatch(/started|failed/))
})

test('many small files travel as one stream, and each tells how far it is', async () => {
  const sizes: number[] = []
  server.use(
    http.patch('*/api/v1/uploads/*', async ({ request }) => {
      sizes.push((await request.clone().arrayBuffer()).byteLength)
      return undefined
    }),
  )
  const { result } = renderHook(() => useUploads())
  act(() => {
    key = startUpload(TARGET, Array.from({ length: 300 }, (_, index) => picked(`set/${index}.jpg`, 'x'.repeat(index))))
  })
  await waitFor(() => expect(result.current[0]?.state).toBe('started'))
  const [job] = result.current
  expect(job?.units.map((unit) => [unit.kind, unit.name, unit.count])).toEqual([['bundle', 'set', 300]])
  expect(sizes).toEqual([job?.totalBytes])
  expect(job && fileAt(job, 299).state).toBe('done')
})

test('the same files dropped again go on in the import they were begun in', async () => {
  const created: number[] = []
  const files = [picked('begun/a.jpg', 'aaaa'), picked('begun/b.jpg', 'bb')]
  server.use(
    http.post('*/api/v1/datasets/:id/imports/', () => {
      created.push(1)
      return undefined
    }),
    http.post('*/api/v1/imports/:id/start/', () => HttpResponse.json({ code: 'x', message: 'Not now.', extra: {} }, { status: 400 })),
  )
  const { result } = renderHook(() => useUploads())
  act(() => {
    key = startUpload(TARGET, files)
  })
  await waitFor(() => expect(result.current[0]?.state).toBe('failed'))
  const first = result.current[0]?.importId
  server.use(http.delete('*/api/v1/imports/:id/', () => HttpResponse.json({ code: 'x', message: 'kept', extra: {} }, { status: 404 })))
  await act(() => dropUpload(key))
  act(() => {
    key = startUpload(TARGET, files)
  })
  await waitFor(() => expect(result.current.find((job) => job.key === key)?.state).toBe('failed'))
  expect(result.current.find((job) => job.key === key)?.importId).toBe(first)
  expect(created).toHaveLength(1)
})

const LARGE = 65 * 1024 * 1024
const large = { name: 'all.zip', file: new File([new Uint8Array(LARGE)], 'all.zip', { lastModified: 1 }) }

/** Every request that announced an upload: what it said of parts. */
function watchAnnounced(): string[] {
  const seen: string[] = []
  server.use(
    http.post('*/api/v1/imports/:id/uploads/', ({ request }) => {
      seen.push(request.headers.get('Upload-Concat') ?? 'whole')
      return undefined
    }),
  )
  return seen
}

test('a large file travels in parts at the same time, and is one file in the end', async () => {
  const seen = watchAnnounced()
  const { result } = renderHook(() => useUploads())
  act(() => {
    key = startUpload(TARGET, [large])
  })
  await waitFor(() => expect(result.current[0]?.state).toBe('started'), { timeout: 20_000 })
  const [job] = result.current
  expect(seen.slice(0, 3)).toEqual(['partial', 'partial', 'partial'])
  const urls = job?.units.map((unit) => unit.url)
  expect(seen.slice(3)).toEqual([`final;${urls?.join(' ')}`])
  expect(job && fileAt(job, 0)).toEqual({ name: 'all.zip', size: LARGE, sent: LARGE, state: 'done', problem: null })
  expect(job && filesSent(job)).toBe(1)
}, 30_000)

test('parts that have arrived are not sent again, only put together', async () => {
  const seen = watchAnnounced()
  let broken = true
  let answered = 0
  server.use(
    http.post('*/api/v1/imports/:id/uploads/', ({ request }) => {
      if (!broken || !request.headers.get('Upload-Concat')?.startsWith('final')) return undefined
      broken = false
      return HttpResponse.json({ code: 'x', message: 'not now', extra: {} }, { status: 400 })
    }),
    http.patch('*/api/v1/uploads/*', () => {
      answered += 1
      return undefined
    }),
  )
  const { result } = renderHook(() => useUploads())
  act(() => {
    key = startUpload(TARGET, [large])
  })
  await waitFor(() => expect(result.current[0]?.state).toBe('failed'), { timeout: 20_000 })
  expect(result.current[0]?.problem).toBe('not now')
  expect(result.current[0] && [fileAt(result.current[0], 0).state, filesSent(result.current[0])]).toEqual(['failed', 0])
  const before = answered
  act(() => resumeUpload(key))
  await waitFor(() => expect(result.current[0]?.state).toBe('started'), { timeout: 20_000 })
  expect(answered).toBe(before)
  expect(seen.filter((one) => one === 'partial')).toHaveLength(3)
}, 60_000)

test('a large file that another client began in one piece goes on as one', async () => {
  const { result } = renderHook(() => useUploads())
  const known = { id: 78, dataset: 11, state: 'uploading' as const, progress: 0, message: '', report: null, created_at: '', finished_at: null, cancelling: false, on_conflict: 'ask' as const, on_duplicate: 'keep' as const, source: '', uploads: [{ id: 'u2', kind: 'file' as const, name: 'all.zip', size: LARGE, offset: 4, fingerprint: '' }] }
  act(() => continueUpload(TARGET, known, [large]))
  key = 'import-78'
  const job = () => result.current.find((one) => one.key === key)
  await waitFor(() => expect(job()?.units.map((unit) => unit.kind)).toEqual(['file']))
})

test('the same large file dropped again sends only what is missing', async () => {
  let stopped = false
  const sent: number[] = []
  server.use(
    http.patch('*/api/v1/uploads/*', async ({ request }) => {
      if (!stopped && sent.length > 0) return HttpResponse.json({ code: 'x', message: 'no more', extra: {} }, { status: 400 })
      sent.push((await request.clone().arrayBuffer()).byteLength)
      return undefined
    }),
  )
  const { result } = renderHook(() => useUploads())
  act(() => {
    key = startUpload(TARGET, [large])
  })
  await waitFor(() => expect(result.current[0]?.state).toBe('failed'), { timeout: 20_000 })
  server.use(http.delete('*/api/v1/imports/:id/', () => HttpResponse.json({ code: 'x', message: 'kept', extra: {} }, { status: 404 })))
  await act(() => dropUpload(key))
  stopped = true
  const seen = watchAnnounced()
  act(() => {
    key = startUpload(TARGET, [large])
  })
  await waitFor(() => expect(result.current.find((job) => job.key === key)?.state).toBe('started'), { timeout: 20_000 })
  expect(sent.reduce((sum, size) => sum + size, 0)).toBe(LARGE)
  expect(seen.filter((one) => one === 'partial')).toEqual([])
  expect(seen.at(-1)).toMatch(/^final;/)
}, 60_000)
