import { useSyncExternalStore } from 'react'
import type { DatasetImport } from '@/api/types'
import { cancelImport, createImport, startImport } from '@/features/datasets/api/datasets'
import type { PickedFile } from '@/features/datasets/uploads/files-from-drop'
import { CHUNK_BYTES, createUpload, readOffset, sendChunk } from '@/features/datasets/uploads/upload-api'
import { ApiError, messageOf } from '@/lib/errors'
import { readStored, writeStored } from '@/lib/use-stored'

/*
 * Uploads live outside the pages: they go on while somebody works elsewhere in the app, can be paused, and are found
 * again after a reload by choosing the same files (the server knows how far each one came).
 */

const PARALLEL = 5
const TRIES = 5
const STORE = 'trainyard-uploads'
const BEAT_MS = 150

export type FileState = 'waiting' | 'sending' | 'done' | 'failed'
export interface UploadFile {
  name: string
  size: number
  sent: number
  state: FileState
  problem: string | null
  url: string | null
  file: File
}
export type JobState = 'preparing' | 'uploading' | 'paused' | 'interrupted' | 'starting' | 'started' | 'failed'
export interface UploadJob {
  key: string
  project: number
  dataset: number
  datasetName: string
  importId: number | null
  state: JobState
  problem: string | null
  files: UploadFile[]
  totalBytes: number
}
export interface Target {
  project: number
  dataset: number
  datasetName: string
}
type Remembered = Target & { importId: number; totalBytes: number }

let jobs: UploadJob[] = recall()
const listeners = new Set<() => void>()
const running = new Map<string, AbortController>()
let timer: ReturnType<typeof setTimeout> | null = null
let nextKey = 1

function recall(): UploadJob[] {
  try {
    const stored = JSON.parse(readStored(STORE) ?? '[]') as Remembered[]
    return stored.map((one) => ({ ...one, key: `import-${one.importId}`, state: 'interrupted', problem: null, files: [] }))
  } catch {
    return []
  }
}

function remember(): void {
  const open = jobs.filter((job) => job.importId !== null && job.state !== 'started')
  writeStored(
    STORE,
    open.length === 0
      ? null
      : JSON.stringify(open.map(({ project, dataset, datasetName, importId, totalBytes }) => ({ project, dataset, datasetName, importId, totalBytes }))),
  )
}

/** Tells the pages, at most once per beat. */
function changed(): void {
  timer ??= setTimeout(() => {
    timer = null
    jobs = jobs.map((job) => ({ ...job }))
    listeners.forEach((listener) => listener())
  }, BEAT_MS)
}

function update(key: string, change: Partial<UploadJob>): void {
  const job = jobs.find((one) => one.key === key)
  if (job) Object.assign(job, change)
  remember()
  changed()
}

const find = (key: string): UploadJob | undefined => jobs.find((job) => job.key === key)

function toUploadFiles(picked: PickedFile[]): UploadFile[] {
  return picked.map(({ name, file }) => ({ name, file, size: file.size, sent: 0, state: 'waiting', problem: null, url: null }))
}

/** Uploads the files into a new import of the data set; answers at once. */
export function startUpload(target: Target, picked: PickedFile[]): string {
  const files = toUploadFiles(picked)
  const key = `upload-${nextKey++}`
  const totalBytes = files.reduce((sum, file) => sum + file.size, 0)
  jobs = [...jobs, { ...target, key, importId: null, state: 'preparing', problem: null, files, totalBytes }]
  changed()
  void run(key)
  return key
}

/** Goes on with an import whose upload was cut off, with the files chosen again. */
export function continueUpload(target: Target, found: DatasetImport, picked: PickedFile[]): void {
  const files = toUploadFiles(picked)
  for (const file of files) {
    const remote = found.uploads?.find((upload) => upload.name === file.name && upload.size === file.size)
    if (!remote) continue
    file.url = `/api/v1/uploads/${remote.id}/`
    file.sent = remote.offset
    if (remote.offset >= file.size) file.state = 'done'
  }
  const key = `import-${found.id}`
  const totalBytes = files.reduce((sum, file) => sum + file.size, 0)
  const job: UploadJob = { ...target, key, importId: found.id, state: 'uploading', problem: null, files, totalBytes }
  jobs = [...jobs.filter((one) => one.key !== key), job]
  remember()
  changed()
  void run(key)
}

export function pauseUpload(key: string): void {
  running.get(key)?.abort()
  const job = find(key)
  job?.files.forEach((file) => {
    if (file.state === 'sending') file.state = 'waiting'
  })
  update(key, { state: 'paused' })
}

/** Goes on after a pause or a failure; failed files are tried again. */
export function resumeUpload(key: string): void {
  find(key)?.files.forEach((file) => {
    if (file.state === 'failed') Object.assign(file, { state: 'waiting', problem: null })
  })
  void run(key)
}

/** Forgets an upload; one that has not started its import is thrown away on the server too. */
export async function dropUpload(key: string): Promise<void> {
  running.get(key)?.abort()
  const job = find(key)
  jobs = jobs.filter((one) => one.key !== key)
  remember()
  changed()
  if (job?.importId && job.state !== 'started') {
    await cancelImport(job.importId).catch((error: unknown) => {
      if (!(error instanceof ApiError && error.status === 404)) throw error
    })
  }
}

async function run(key: string): Promise<void> {
  const job = find(key)
  if (!job || running.has(key)) return
  const stop = new AbortController()
  running.set(key, stop)
  try {
    if (job.importId === null) update(key, { importId: (await createImport(job.dataset)).id })
    update(key, { state: 'uploading', problem: null })
    await Promise.all(Array.from({ length: PARALLEL }, () => work(key, stop.signal)))
    if (stop.signal.aborted) return
    await finish(key)
  } catch (error) {
    if (!stop.signal.aborted) update(key, { state: 'failed', problem: messageOf(error) })
  } finally {
    running.delete(key)
  }
}

async function finish(key: string): Promise<void> {
  const job = find(key)
  if (!job || job.importId === null) return
  const failed = job.files.filter((file) => file.state === 'failed').length
  if (failed > 0) {
    update(key, { state: 'failed', problem: `${failed} of ${job.files.length} files could not be sent.` })
    return
  }
  update(key, { state: 'starting' })
  await startImport(job.importId)
  update(key, { state: 'started' })
}

/** Takes one file after the other until none waits. */
async function work(key: string, signal: AbortSignal): Promise<void> {
  for (;;) {
    const job = find(key)
    const file = job?.files.find((one) => one.state === 'waiting')
    if (!job || job.importId === null || !file || signal.aborted) return
    file.state = 'sending'
    changed()
    try {
      await sendFile(job.importId, file, signal)
      file.state = 'done'
    } catch (error) {
      if (signal.aborted) {
        file.state = 'waiting'
        return
      }
      Object.assign(file, { state: 'failed', problem: messageOf(error) })
    }
    changed()
  }
}

async function sendFile(importId: number, file: UploadFile, signal: AbortSignal): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      if (file.url === null) {
        const made = await createUpload(importId, file.name, file.size, signal)
        Object.assign(file, { url: made.url, sent: made.offset })
      } else if (tries > 1 || file.sent > 0) {
        file.sent = await readOffset(file.url, signal)
      }
      await sendRest(file, signal)
      return
    } catch (error) {
      const status = error instanceof ApiError ? error.status : 0
      if (signal.aborted || tries >= TRIES || ![0, 409, 429, 500, 502, 503, 504].includes(status)) throw error
      await pause(Math.min(15_000, 500 * 2 ** tries), signal)
    }
  }
}

async function sendRest(file: UploadFile, signal: AbortSignal): Promise<void> {
  while (file.sent < file.size && file.url !== null) {
    const start = file.sent
    const chunk = file.file.slice(start, start + CHUNK_BYTES)
    const progress = (sent: number): void => {
      file.sent = start + Math.min(sent, chunk.size)
      changed()
    }
    file.sent = await sendChunk(file.url, start, chunk, progress, signal)
  }
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = setTimeout(resolve, milliseconds)
    signal.addEventListener('abort', () => {
      clearTimeout(done)
      resolve()
    })
  })
}

export const sentBytes = (job: UploadJob): number => job.files.reduce((sum, file) => sum + file.sent, 0)
export const isSending = (job: UploadJob): boolean => job.state === 'uploading' || job.state === 'preparing'

export function useUploads(): UploadJob[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => jobs,
  )
}

if (typeof window !== 'undefined') {
  window.addEventListener('beforeunload', (event) => {
    if (jobs.some(isSending)) event.preventDefault()
  })
}
