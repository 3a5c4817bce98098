import type { PickedFile } from '@/features/datasets/uploads/files-from-drop'

/*
 * Many files as one stream (a tar, in the ustar format of POSIX with its extended headers for long and foreign names).
 * Nothing is read and nothing is built before it is sent: where every file lies follows from sizes and names alone, and a
 * slice is a Blob of the headers, parts of files and padding in it.
 */

const BLOCK = 512
const encoder = new TextEncoder()

interface Entry {
  file: File
  /** The bytes before the content. */
  header: () => Uint8Array<ArrayBuffer>
  headerSize: number
  start: number
  end: number
}

const padded = (size: number): number => Math.ceil(size / BLOCK) * BLOCK

/** Whether a name stands in the plain header: up to 100 characters of ASCII. */
const isPlain = (name: string): boolean => /^[\x20-\x7e]{1,100}$/.test(name)

/** A record of an extended header: its own length, key and value. */
export function paxRecord(key: string, value: string): Uint8Array<ArrayBuffer> {
  const rest = encoder.encode(` ${key}=${value}\n`)
  let length = rest.length + 1
  while (String(length).length + rest.length !== length) length = String(length).length + rest.length
  const record = new Uint8Array(length)
  record.set(encoder.encode(String(length)))
  record.set(rest, length - rest.length)
  return record
}

function put(block: Uint8Array, at: number, text: string): void {
  block.set(encoder.encode(text), at)
}

const octal = (value: number, digits: number): string => Math.floor(value).toString(8).padStart(digits, '0').slice(-digits)

/** Sizes from 8 GiB on do not fit in eleven octal digits and are written in base 256, as GNU does. */
function putSize(block: Uint8Array, size: number): void {
  if (size < 8 ** 11) {
    put(block, 124, octal(size, 11))
    return
  }
  block[124] = 0x80
  for (let at = 135, left = size; at > 124 && left > 0; at -= 1, left = Math.floor(left / 256)) block[at] = left % 256
}

function block(name: string, size: number, modified: number, type: string): Uint8Array<ArrayBuffer> {
  const made = new Uint8Array(BLOCK)
  put(made, 0, name)
  put(made, 100, '0000644\0')
  put(made, 108, '0000000\0')
  put(made, 116, '0000000\0')
  putSize(made, size)
  put(made, 136, octal(Math.max(0, Math.min(modified, 8 ** 11 - 1)), 11))
  put(made, 148, '        ')
  put(made, 156, type)
  put(made, 257, 'ustar\0' + '00')
  let sum = 0
  for (const byte of made) sum += byte
  put(made, 148, `${octal(sum, 6)}\0 `)
  return made
}

function headerSize(name: string): number {
  return isPlain(name) ? BLOCK : BLOCK + padded(paxRecord('path', name).length) + BLOCK
}

function header(name: string, file: File): Uint8Array<ArrayBuffer> {
  const modified = file.lastModified / 1000
  if (isPlain(name)) return block(name, file.size, modified, '0')
  const record = paxRecord('path', name)
  const made = new Uint8Array(headerSize(name))
  made.set(block('././@PaxHeader', record.length, modified, 'x'))
  made.set(record, BLOCK)
  made.set(block('file', file.size, modified, '0'), made.length - BLOCK)
  return made
}

export class TarSource {
  readonly size: number
  private readonly entries: Entry[] = []

  constructor(picked: readonly PickedFile[]) {
    let at = 0
    for (const { name, file } of picked) {
      const before = headerSize(name)
      const end = at + before + padded(file.size)
      this.entries.push({ file, header: () => header(name, file), headerSize: before, start: at, end })
      at = end
    }
    this.size = at + 2 * BLOCK
  }

  /** Where the file ends; everything before it has then been sent. */
  endOf(index: number): number {
    return this.entries[index]?.end ?? this.size
  }

  startOf(index: number): number {
    return this.entries[index]?.start ?? this.size
  }

  /** The file that the byte belongs to, or the number of files behind the last. */
  indexAt(offset: number): number {
    let low = 0
    let high = this.entries.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.entries[middle]?.end ?? 0) <= offset) low = middle + 1
      else high = middle
    }
    return low
  }

  /** The bytes from `start` to `end`, read when they are sent. */
  slice(start: number, end: number): Blob {
    const parts: BlobPart[] = []
    const stop = Math.min(end, this.size)
    let at = start
    for (let index = this.indexAt(start); at < stop && index < this.entries.length; index += 1) {
      const entry = this.entries[index]
      if (!entry) break
      at = this.add(parts, entry, at, stop)
    }
    if (at < stop) parts.push(new Uint8Array(stop - at))
    return new Blob(parts)
  }

  /** The first file in this stretch that can no longer be read: it changed or went since it was chosen. */
  async unreadable(start: number, end: number): Promise<string | null> {
    for (let index = this.indexAt(start); index < this.entries.length; index += 1) {
      const entry = this.entries[index]
      if (!entry || entry.start >= end) return null
      if (!(await isReadable(entry.file))) return entry.file.webkitRelativePath || entry.file.name
    }
    return null
  }

  private add(parts: BlobPart[], entry: Entry, from: number, stop: number): number {
    const content = entry.start + entry.headerSize
    const pad = content + entry.file.size
    let at = from
    if (at < content && at < stop) {
      const until = Math.min(content, stop)
      parts.push(entry.header().subarray(at - entry.start, until - entry.start))
      at = until
    }
    if (at < pad && at < stop) {
      const until = Math.min(pad, stop)
      parts.push(entry.file.slice(at - content, until - content))
      at = until
    }
    if (at < entry.end && at < stop) {
      const until = Math.min(entry.end, stop)
      parts.push(new Uint8Array(until - at))
      at = until
    }
    return at
  }
}

/** Whether the file is still what it was when it was chosen; browsers refuse to read it otherwise. */
export async function isReadable(file: Blob): Promise<boolean> {
  try {
    await file.slice(0, 1).arrayBuffer()
    return true
  } catch {
    return false
  }
}
