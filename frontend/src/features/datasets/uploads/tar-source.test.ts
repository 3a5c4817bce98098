import { expect, test } from 'vitest'
import type { PickedFile } from '@/features/datasets/uploads/files-from-drop'
import { paxRecord, TarSource } from '@/features/datasets/uploads/tar-source'
import { fingerprintOf, planOf } from '@/features/datasets/uploads/upload-plan'

const picked = (name: string, text: string): PickedFile => ({ name, file: new File([text], 'x', { lastModified: 1_700_000_000_000 }) })
const FILES = [picked('a.jpg', 'aaaa'), picked('cat/empty.jpg', ''), picked(`${'lang/'.repeat(40)}bäume.jpg`, 'x'.repeat(1500))]
// jsdom's Blobs have no arrayBuffer().
const bytesOf = (blob: Blob): Promise<number[]> =>
  new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.onload = () => resolve([...new Uint8Array(reader.result as ArrayBuffer)])
    reader.onerror = () => reject(new Error('It cannot be read.'))
    reader.readAsArrayBuffer(blob)
  })

test('any slices make the same stream', async () => {
  const source = new TarSource(FILES)
  const whole = await bytesOf(source.slice(0, source.size))
  expect(whole).toHaveLength(source.size)
  expect(source.size % 512).toBe(0)
  for (const step of [1, 7, 511, 512, 700, 1025]) {
    const parts: number[] = []
    for (let at = 0; at < source.size; at += step) parts.push(...(await bytesOf(source.slice(at, at + step))))
    expect(parts).toEqual(whole)
  }
})

test('a header tells name, size and a sum that is right', async () => {
  const header = await bytesOf(new TarSource(FILES).slice(0, 512))
  const text = (from: number, to: number): string => String.fromCharCode(...header.slice(from, to)).replace(/\0.*$/, '')
  expect([text(0, 100), text(124, 136), text(156, 157), text(257, 263)]).toEqual(['a.jpg', '00000000004', '0', 'ustar'])
  const sum = header.reduce((total, byte, at) => total + (at >= 148 && at < 156 ? 32 : byte), 0)
  expect(parseInt(text(148, 156), 8)).toBe(sum)
})

test('a record names its own length', () => {
  for (const length of [1, 80, 89, 90, 91, 92, 985, 990, 995]) {
    const record = new TextDecoder().decode(paxRecord('path', 'ä'.repeat(length)))
    expect(new TextEncoder().encode(record)).toHaveLength(parseInt(record, 10))
  }
})

test('it knows which file a byte belongs to', () => {
  const source = new TarSource(FILES)
  expect([source.indexAt(0), source.indexAt(1023), source.indexAt(1024), source.indexAt(source.size)]).toEqual([0, 0, 1, 3])
})

test('the same files in any order give the same plan, others another', () => {
  const many = Array.from({ length: 30 }, (_, index) => picked(`set/${index}.jpg`, String(index)))
  const [one] = planOf(many).units
  const [other] = planOf([...many].reverse()).units
  expect(other?.fingerprint).toBe(one?.fingerprint)
  expect(fingerprintOf('file', [picked('a', 'x')])).not.toBe(fingerprintOf('file', [picked('a', 'xy')]))
})

test('archives and large files travel alone, a few files too', () => {
  const large = { name: 'large.tif', file: Object.defineProperty(new File([''], 'x'), 'size', { value: 20 << 20 }) }
  const many = Array.from({ length: 30 }, (_, index) => picked(`${index}.jpg`, String(index)))
  expect(planOf([...many, picked('set.zip', 'zip'), large]).units.map((unit) => unit.kind)).toEqual(['file', 'file', 'bundle'])
  expect(planOf(many.slice(0, 5)).units).toHaveLength(5)
})
