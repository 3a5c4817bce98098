import { act, renderHook, waitFor } from '@testing-library/react'
import { http, HttpResponse } from 'msw'
import { afterEach, expect, test } from 'vitest'
import { continueUpload, dropUpload, fileAt, startUpload, useUploads } from '@/features/datasets/uploads/upload-manager'
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
