import { useSyncExternalStore } from 'react'
import type { DatasetImport } from '@/api/types'
import { removeImport, createImport, fetchImport, listOpenImports, startImport } from '@/features/datasets/api/datasets'
import type { PickedFile } from '@/features/datasets/uploads/files-from-drop'
import { joinParts, sendUnit } from '@/features/datasets/uploads/tus-upload'
import { isSending, unitsOf, unitsWithin, waiting, type Target, type UploadJob, type UploadOptions, type UploadUnit } from '@/features/datasets/uploads/upload-job'
import { planOf, type Plan } from '@/features/datasets/uploads/upload-plan'
import { ApiError, messageOf } from '@/lib/errors'
import { readStored, writeStored } from '@/lib/use-stored'

/*
 * Uploads live outside the pages: they go on while somebody works elsewhere in the app, can be paused, wait while the
 * line is down, and are found again after a reload by choosing the same files (the server knows how far each one came).
 */

const PARALLEL = 3
const LONGEST_WAIT_MS = 30_000
const STORE = 'trainyard-uploads'
const BEAT_MS = 150
/** Answers after which trying again helps: nobody there, somebody else was quicker, too many, trouble of the server's. */
const PASSING = new Set([0, 409, 423, 429, 460, 500, 502, 503, 504, 507])

type Remembered = Target & { importId: number; totalBytes: number }

const DEFAULTS: UploadOptions = { skipDuplicates: false }

let jobs: UploadJob[] = recall()
const listeners = new Set<() => void>()
const running = new Map<string, AbortController>()
let timer: ReturnType<typeof setTimeout> | null = null
let nextKey = 1

function recall(): UploadJob[] {
  try {
    const stored = JSON.parse(readStored(STORE) ?? '[]') as Remembered[]
    return stored.map((one) => ({ ...one, key: `import-${one.importId}`, state: 'interrupted', problem: null, files: [], units: [], options: DEFAULTS }))
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

const find = (key: string): UploadJob | undefined => jobs.find((job) => job.key === key)

function update(key: string, change: Partial<UploadJob>): void {
  const job = find(key)
  if (job) Object.assign(job, change)
  remember()
  changed()
}

function toJob(target: Target, key: string, plan: Plan, options: UploadOptions): UploadJob {
  const units = plan.units.map(waiting)
  const totalBytes = units.reduce((sum, unit) => sum + unit.size, 0)
  return { ...target, key, importId: null, state: 'preparing', problem: null, files: plan.files, units, totalBytes, options }
}

/** Uploads the files into a new import of the data set, or goes on with the one they were begun in; answers at once. */
export function startUpload(target: Target, picked: PickedFile[], options: UploadOptions = DEFAULTS): string {
  const key = `upload-${nextKey++}`
  jobs = [...jobs, toJob(target, key, planOf(picked), options)]
  changed()
  void run(key)
  return key
}

/** Goes on with an import whose upload was cut off, with the files chosen again. */
export function continueUpload(target: Target, found: DatasetImport, picked: PickedFile[]): void {
  const job = toJob(target, `import-${found.id}`, planOf(picked), DEFAULTS)
  Object.assign(job, { importId: found.id, units: unitsWithin(job, found) })
  jobs = [...jobs.filter((one) => one.key !== job.key), job]
  remember()
  changed()
  void run(job.key)
}

export function pauseUpload(key: string): void {
  running.get(key)?.abort()
  find(key)?.units.forEach((unit) => {
    if (unit.state === 'sending') unit.state = 'waiting'
  })
  update(key, { state: 'paused' })
}

/** Goes on after a pause or a failure; what failed is tried again. */
export function resumeUpload(key: string): void {
  find(key)?.units.forEach((unit) => {
    if (unit.state === 'failed') Object.assign(unit, { state: 'waiting', problem: null })
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
    await removeImport(job.importId).catch((error: unknown) => {
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
    if (job.importId === null) await prepare(job)
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

/** An import to send into: the one in which these very files were begun, else a new one. */
async function prepare(job: UploadJob): Promise<void> {
  const before = await begun(job)
  if (before) {
    // The job that was remembered without files is this one.
    jobs = jobs.filter((one) => one.key === job.key || one.importId !== before.id)
    update(job.key, { importId: before.id, units: unitsWithin(job, before) })
  } else {
    const made = await createImport(job.dataset, { on_conflict: 'ask', on_duplicate: job.options.skipDuplicates ? 'skip' : 'keep' })
    update(job.key, { importId: made.id })
  }
}

async function begun(job: UploadJob): Promise<DatasetImport | null> {
  const busy = new Set(jobs.filter((one) => one.key !== job.key && one.files.length > 0).map((one) => one.importId))
  const known = new Set(job.units.map((unit) => unit.fingerprint))
  for (const open of await listOpenImports(job.dataset)) {
    if (busy.has(open.id)) continue
    const found = await fetchImport(open.id)
    if (found.uploads?.some((upload) => upload.fingerprint && known.has(upload.fingerprint))) return found
  }
  return null
}

async function finish(key: string): Promise<void> {
  const job = find(key)
  if (!job || job.importId === null) return
  const failed = job.units.filter((unit) => unit.state === 'failed')
  if (failed.length > 0) {
    const [first] = failed
    const problem = failed.length === 1 && first?.problem ? first.problem : `${failed.length} of ${job.files.length} files could not be sent.`
    update(key, { state: 'failed', problem })
    return
  }
  update(key, { state: 'starting' })
  await startImport(job.importId)
  update(key, { state: 'started' })
}

/** Takes one unit after the other until none waits. */
async function work(key: string, signal: AbortSignal): Promise<void> {
  for (;;) {
    const job = find(key)
    const unit = job?.units.find((one) => one.state === 'waiting')
    if (!job || job.importId === null || !unit || signal.aborted) return
    unit.state = 'sending'
    changed()
    try {
      await sendPatiently(key, job.importId, unit, signal)
      unit.state = signal.aborted ? 'waiting' : 'done'
    } catch (error) {
      if (signal.aborted) {
        unit.state = 'waiting'
        return
      }
      Object.assign(unit, { state: 'failed', problem: messageOf(error) })
    }
    changed()
  }
}

/** Once all parts of a file have arrived, makes it of them. */
async function joinWhenWhole(key: string, unit: UploadUnit, endpoint: string): Promise<void> {
  const job = find(key)
  if (!job || job.importId === null || unit.whole === null) return
  const parts = unitsOf(job, unit.first)
  // At once: of parts that arrive at the same time exactly one finds all others done.
  unit.state = 'done'
  if (parts.some((part) => part.state !== 'done')) return
  unit.state = 'sending'
  try {
    await joinParts(
      endpoint,
      parts.map((part) => part.url ?? ''),
      unit.name,
      unit.whole.fingerprint,
    )
  } catch (error) {
    if (!(error instanceof ApiError && error.code === 'conflict')) {
      // Perhaps one of them is gone: when it is tried again, the server is asked for each.
      for (const part of parts) if (part !== unit) part.state = 'waiting'
      throw error
    }
    // Perhaps it was done, and the answer got lost.
    const { whole } = unit
    const found = await fetchImport(job.importId)
    if (!found.uploads?.some((upload) => upload.fingerprint === whole.fingerprint)) throw error
  }
}

/** Sends a unit; while the line or the server is down it waits, longer each time, and goes on where it was. */
async function sendPatiently(key: string, importId: number, unit: UploadUnit, signal: AbortSignal): Promise<void> {
  const endpoint = `/api/v1/imports/${importId}/uploads/`
  for (let tries = 0; ; ) {
    const before = unit.sent
    try {
      await sendUnit({
        unit,
        endpoint,
        url: unit.url,
        signal,
        onUrl: (url) => {
          unit.url = url
        },
        onProgress: (sent) => {
          unit.sent = sent
          if (find(key)?.state === 'waiting') update(key, { state: 'uploading', problem: null })
          changed()
        },
      })
      if (!signal.aborted) await joinWhenWhole(key, unit, endpoint)
      return
    } catch (error) {
      if (signal.aborted || !(error instanceof ApiError) || !PASSING.has(error.status) || error.code === 'conflict') throw error
      tries = unit.sent > before ? 1 : tries + 1
      update(key, { state: 'waiting', problem: navigator.onLine ? error.message : 'There is no network.' })
      await pause(Math.min(LONGEST_WAIT_MS, 500 * 2 ** tries), signal)
      if (signal.aborted) return
    }
  }
}

/** Waits so long, or until the network is there again, or until the signal. */
function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(done)
      window.removeEventListener('online', end)
      signal.removeEventListener('abort', end)
      resolve()
    }
    const done = setTimeout(end, milliseconds)
    window.addEventListener('online', end)
    signal.addEventListener('abort', end)
  })
}

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
