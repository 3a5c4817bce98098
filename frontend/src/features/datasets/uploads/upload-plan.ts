import type { PickedFile } from '@/features/datasets/uploads/files-from-drop'
import { TarSource } from '@/features/datasets/uploads/tar-source'

/*
 * What travels how: large files and archives one by one, the largest in parts at the same time (while the server stores
 * the bytes of one, those of another travel), all others together in streams, so that tens of thousands of small files
 * need a handful of requests. The same files always give the same plan, so an upload that was cut off is known again by
 * its fingerprint.
 */

/** Files above this size are worth an upload of their own. */
const SMALL_BYTES = 16 * 1024 * 1024
/** Fewer small files than this travel one by one: each is then a file of its own to whoever looks at the import. */
const BUNDLE_FROM = 20
/** A stream does not grow beyond this, so that one that must be begun anew costs little. */
const BUNDLE_BYTES = 4 * 1024 * 1024 * 1024
/** Files above this size travel in so many parts. */
const LARGE_BYTES = 64 * 1024 * 1024
const PARTS = 3

/** The file that a part is of. */
export interface Whole {
  fingerprint: string
  size: number
}

export interface Unit {
  kind: 'file' | 'bundle' | 'part'
  name: string
  size: number
  fingerprint: string
  /** Places of its files in the list of all. */
  first: number
  count: number
  source: TarSource | Blob
  whole: Whole | null
}

export interface Plan {
  /** All files, in the order in which the units hold them. */
  files: PickedFile[]
  units: Unit[]
}

/** 53 bits of a text (cyrb53): enough to tell uploads of one person apart; nothing secret, and known without TLS too. */
function hash(text: string, seed: number): string {
  let one = 0xdeadbeef ^ seed
  let two = 0x41c6ce57 ^ seed
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    one = Math.imul(one ^ code, 2654435761)
    two = Math.imul(two ^ code, 1597334677)
  }
  one = Math.imul(one ^ (one >>> 16), 2246822507) ^ Math.imul(two ^ (two >>> 13), 3266489909)
  two = Math.imul(two ^ (two >>> 16), 2246822507) ^ Math.imul(one ^ (one >>> 13), 3266489909)
  return (4294967296 * (2097151 & two) + (one >>> 0)).toString(36)
}

const line = ({ name, file }: PickedFile): string => `${name}\n${file.size}\n${file.lastModified}\n`

/** By which the same files are known again, on this machine or another. */
export function fingerprintOf(kind: string, files: readonly PickedFile[]): string {
  const text = files.map(line).join('')
  return `${kind}-${files.length}-${hash(text, 1)}-${hash(text, 2)}`
}

const isSmall = ({ name, file }: PickedFile): boolean => file.size <= SMALL_BYTES && !name.toLowerCase().endsWith('.zip')

/** A file that travels alone, as one unit. */
export function single(picked: PickedFile, first: number): Unit {
  const { name, file } = picked
  return { kind: 'file', name, size: file.size, fingerprint: fingerprintOf('file', [picked]), first, count: 1, source: file, whole: null }
}

/** A file that travels alone, in parts when it is large. */
function alone(picked: PickedFile, first: number): Unit[] {
  const whole = single(picked, first)
  if (whole.size <= LARGE_BYTES) return [whole]
  const borders = Array.from({ length: PARTS + 1 }, (_, index) => Math.floor((whole.size * index) / PARTS))
  return borders.slice(1).map((end, index): Unit => {
    const source = picked.file.slice(borders[index], end)
    return { ...whole, kind: 'part', size: source.size, fingerprint: `${whole.fingerprint}.${index + 1}-${PARTS}`, source, whole }
  })
}

/** The fingerprint of the file that an upload is, or is a part of. */
export const wholeFingerprint = (fingerprint: string): string => fingerprint.split('.')[0] ?? ''

function bundle(files: PickedFile[], first: number): Unit {
  const source = new TarSource(files)
  const top = files[0]?.name.split('/')[0] ?? 'files'
  const name = files.length > 0 && files.every((one) => one.name.startsWith(`${top}/`)) ? top : 'files'
  return { kind: 'bundle', name, size: source.size, fingerprint: fingerprintOf('bundle', files), first, count: files.length, source, whole: null }
}

/** Parts of the list that are not larger than a stream may be. */
function* cut(files: PickedFile[]): Generator<PickedFile[]> {
  let part: PickedFile[] = []
  let bytes = 0
  for (const one of files) {
    if (part.length > 0 && bytes + one.file.size > BUNDLE_BYTES) {
      yield part
      part = []
      bytes = 0
    }
    part.push(one)
    bytes += one.file.size
  }
  if (part.length > 0) yield part
}

export function planOf(picked: readonly PickedFile[]): Plan {
  const sorted = [...picked].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
  const small = sorted.filter(isSmall)
  const together = small.length >= BUNDLE_FROM
  const files = together ? sorted.filter((one) => !isSmall(one)) : sorted
  const units = files.flatMap(alone)
  for (const part of together ? cut(small) : []) {
    units.push(bundle(part, files.length))
    files.push(...part)
  }
  return { files, units }
}
