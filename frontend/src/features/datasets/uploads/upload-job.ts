import type { DatasetImport, Upload } from '@/api/types'
import type { PickedFile } from '@/features/datasets/uploads/files-from-drop'
import { TarSource } from '@/features/datasets/uploads/tar-source'
import { single, type Unit } from '@/features/datasets/uploads/upload-plan'

/* An upload of files into an import: what it consists of, how far it is, and where the server has it. */

export type FileState = 'waiting' | 'sending' | 'done' | 'failed'
export interface UploadOptions {
  skipDuplicates: boolean
}
export interface UploadUnit extends Unit {
  sent: number
  state: FileState
  problem: string | null
  url: string | null
}
export interface UploadFile {
  name: string
  size: number
  sent: number
  state: FileState
  problem: string | null
}
export type JobState = 'preparing' | 'uploading' | 'waiting' | 'paused' | 'interrupted' | 'starting' | 'started' | 'failed'
export interface UploadJob {
  key: string
  project: number
  dataset: number
  datasetName: string
  importId: number | null
  state: JobState
  problem: string | null
  files: PickedFile[]
  units: UploadUnit[]
  totalBytes: number
  options: UploadOptions
}
export interface Target {
  project: number
  dataset: number
  datasetName: string
}

/** A unit of which nothing was sent yet. */
export const waiting = (unit: Unit): UploadUnit => ({ ...unit, sent: 0, state: 'waiting', problem: null, url: null })

/** What the file travels in: one unit, alone or with others, or its parts. */
export const unitsOf = (job: UploadJob, index: number): UploadUnit[] => job.units.filter((unit) => index >= unit.first && index < unit.first + unit.count)

/** How far one file of the job is, whether it travels alone, in parts or with others. */
export function fileAt(job: UploadJob, index: number): UploadFile {
  const picked = job.files[index]
  const units = unitsOf(job, index)
  const [unit] = units
  const size = picked?.file.size ?? 0
  const base = { name: picked?.name ?? '', size }
  if (!unit || !(unit.source instanceof TarSource)) return { ...base, sent: sum(units.map((one) => one.sent)), ...stateOf(units) }
  const start = unit.source.startOf(index - unit.first)
  const end = unit.source.endOf(index - unit.first)
  const sent = Math.max(0, Math.min(size, unit.sent - start))
  const state = unit.sent >= end ? 'done' : unit.state === 'sending' && unit.sent <= start ? 'waiting' : unit.state
  return { ...base, sent, state, problem: unit.problem }
}

const sum = (numbers: number[]): number => numbers.reduce((total, one) => total + one, 0)

/** The state of a file by those of its parts. */
function stateOf(units: UploadUnit[]): Pick<UploadFile, 'state' | 'problem'> {
  const failed = units.find((unit) => unit.state === 'failed')
  if (failed) return { state: 'failed', problem: failed.problem }
  const state = units.length > 0 && units.every((unit) => unit.state === 'done') ? 'done' : units.some((unit) => unit.state !== 'waiting') ? 'sending' : 'waiting'
  return { state, problem: null }
}

/** The files that have arrived whole. */
export function filesSent(job: UploadJob): number {
  const parts = job.units.filter((unit) => unit.kind === 'part')
  const inParts = new Set(parts.map((unit) => unit.first))
  const unfinished = new Set(parts.filter((unit) => unit.state !== 'done').map((unit) => unit.first))
  return inParts.size - unfinished.size + sum(job.units.map(filesArrived))
}

/** The whole files of a unit that have arrived; none of a part. */
function filesArrived(unit: UploadUnit): number {
  if (unit.kind === 'part') return 0
  if (unit.state === 'done') return unit.count
  return unit.source instanceof TarSource ? unit.source.indexAt(unit.sent) : 0
}

export const sentBytes = (job: UploadJob): number => sum(job.units.map((unit) => unit.sent))
export const isSending = (job: UploadJob): boolean => job.state === 'uploading' || job.state === 'preparing' || job.state === 'waiting'

/** The job's units, each where the server has it. */
export function unitsWithin(job: UploadJob, found: DatasetImport): UploadUnit[] {
  return job.units.flatMap((unit) => {
    const whole = unit.kind === 'part' ? singleOf(job, unit) : undefined
    const joined = whole && uploadOf(found, whole)
    if (!joined) return [at(uploadOf(found, unit), unit)]
    if (joined.size !== null && joined.offset >= joined.size) return [{ ...unit, sent: unit.size, state: 'done' }]
    // Begun in one piece, by another client: it goes on as one.
    return unitsOf(job, unit.first)[0] === unit ? [at(joined, waiting(whole))] : []
  })
}

function singleOf(job: UploadJob, unit: Unit): Unit | undefined {
  const picked = job.files[unit.first]
  return picked && single(picked, unit.first)
}

function uploadOf(found: DatasetImport, unit: Unit): Upload | undefined {
  return found.uploads?.find((upload) =>
    upload.fingerprint ? upload.fingerprint === unit.fingerprint : upload.kind === unit.kind && upload.name === unit.name && upload.size === unit.size,
  )
}

function at(remote: Upload | undefined, unit: UploadUnit): UploadUnit {
  if (!remote) return unit
  // A part that has arrived is still to be joined with the others.
  const state = remote.offset >= unit.size && unit.kind !== 'part' ? 'done' : unit.state
  return { ...unit, url: `/api/v1/uploads/${remote.id}/`, sent: remote.offset, state }
}
