import { expect, test } from 'vitest'
import { readAnsi, stripAnsi } from '@/lib/ansi'
import { LogBuffer } from '@/lib/log-buffer'

test('it joins pieces that end in the middle of a line', () => {
  const buffer = new LogBuffer()
  buffer.append('one\ntw', 6)
  buffer.append('o\nthree', 13)
  expect(buffer.lines).toEqual(['one', 'two', 'three'])
})

test('it takes no byte twice after a reconnect', () => {
  const buffer = new LogBuffer()
  buffer.append('one\n', 4)
  buffer.append('one\n', 4)
  expect(buffer.lines).toEqual(['one'])
})

test('it carries colours over to the next line', () => {
  const buffer = new LogBuffer()
  buffer.append('\u001b[31mred\nstill red\u001b[0m\nplain\n', 30)
  expect(buffer.spans(1)[0]).toMatchObject({ text: 'still red', color: 1 })
  expect(buffer.spans(2)[0]).toMatchObject({ text: 'plain', color: null })
})

test('a progress bar shows its last state', () => {
  const buffer = new LogBuffer()
  buffer.append('10 %\r50 %\r100 %\n', 17)
  expect(buffer.plain(0)).toBe('100 %')
})

test('it finds phases and words', () => {
  const buffer = new LogBuffer()
  buffer.append('Setup started: x\nloading\nTraining started: y\nEpoch 1\n', 50)
  expect(buffer.phases).toEqual([
    { title: 'Setup', line: 0 },
    { title: 'Training', line: 2 },
  ])
  expect(buffer.find('EPOCH')).toEqual([3])
})

test('it reads 256 colours and drops what is no colour', () => {
  expect(readAnsi('\u001b[38;5;196mx\u001b[0m').spans[0]?.color).toBe('rgb(255,0,0)')
  expect(stripAnsi('\u001b[2Ka\u001b[1mb')).toBe('ab')
})

test('of a long log it keeps the end, and knows where that begins', () => {
  const buffer = new LogBuffer(40)
  for (let number = 0; number < 10; number += 1) buffer.append(`line ${number}\n`, (number + 1) * 7)
  expect(buffer.lines.at(-1)).toBe('line 9')
  expect(buffer.lines[0]).toBe(`line ${buffer.before}`)
  expect(buffer.start).toBe((buffer.before ?? 0) * 7)
  expect(buffer.lines.length).toBeLessThan(7)
})

test('what stands before the end is put in front of it', () => {
  const buffer = new LogBuffer()
  buffer.beginAt(14)
  buffer.append('\u001b[31mTraining started: x\nline 3\n', 45)
  expect(buffer.before).toBeNull()
  const [phase] = buffer.phases
  buffer.prepend('line 0\nline 1\n', 0)
  expect(buffer.lines[1]).toBe('line 1')
  expect(buffer.before).toBe(0)
  expect([phase?.line, buffer.phases[0]?.line]).toEqual([2, 2])
  expect(buffer.spans(3)[0]).toMatchObject({ text: 'line 3', color: 1 })
  expect(buffer.offset).toBe(45)
})
