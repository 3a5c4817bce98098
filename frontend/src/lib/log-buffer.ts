import { lastOverwrite, PLAIN, readAnsi, type Span, type Style, stripAnsi } from '@/lib/ansi'

/** Phases the entrypoint announces, as the contract of train containers words them. */
const PHASES: [RegExp, string][] = [
  [/^\s*Setup started:/, 'Setup'],
  [/^\s*Training started:/, 'Training'],
  [/^\s*Training ended:/, 'After training'],
  [/^\s*(Export|ONNX export) started:/i, 'Export'],
  [/^(?:#\d+ \[.*\d+\/\d+\]|Step \d+\/\d+ ?:) /, ''],
]

export interface Phase {
  title: string
  line: number
}

interface LineStart {
  line: number
  offset: number
}

/** Characters kept; a longer log loses its oldest lines here, and can be read back or downloaded. */
const KEPT = 24 << 20

/**
 * The lines of a log as it grows. Text comes in pieces that end anywhere; a piece that was seen before is skipped by
 * its offset, so a reconnect shows nothing twice.
 */
export class LogBuffer {
  lines: string[] = []
  phases: Phase[] = []
  /** How the terminal was set at the start of each line. */
  private styles: Style[] = [PLAIN]
  /** Where pieces began at the start of a line: what stands before can be let go there. */
  private starts: LineStart[] = []
  private open = false
  private size = 0
  private readonly kept: number
  /** The byte offset of the first line. */
  start = 0
  /** How many lines there are before the first; null while nobody has counted them. */
  before: number | null = 0
  /** Bytes read so far, from the beginning of the log. */
  offset = 0
  complete = false
  version = 0

  constructor(kept = KEPT) {
    this.kept = kept
  }

  get full(): boolean {
    return this.size >= this.kept / 2
  }

  /** Begin in the middle: what comes next stands at this offset, at the start of a line. */
  beginAt(offset: number): void {
    this.start = this.offset = offset
    this.before = offset === 0 ? 0 : null
  }

  append(text: string, nextOffset: number): void {
    if (nextOffset <= this.offset && text !== '') return
    if (!this.open) this.starts.push({ line: this.lines.length, offset: this.offset })
    this.offset = nextOffset
    if (text === '') return
    const parts = text.split('\n')
    const last = parts.pop() ?? ''
    for (const part of parts) {
      this.extend(part)
      this.close()
    }
    if (last !== '') this.extend(last)
    this.size += text.length
    if (this.size > this.kept) this.letGo()
    this.version += 1
  }

  /** Put whole lines in front of the first. */
  prepend(text: string, start: number): void {
    const earlier = new LogBuffer(Infinity)
    earlier.beginAt(start)
    earlier.append(text, this.start)
    const count = earlier.lines.length
    for (const phase of this.phases) phase.line += count
    for (const place of this.starts) place.line += count
    this.lines = earlier.lines.concat(this.lines)
    this.styles = earlier.styles.slice(0, count).concat(this.styles)
    this.phases = earlier.phases.concat(this.phases)
    this.starts = earlier.starts.concat(this.starts)
    this.before = start === 0 ? 0 : this.before === null ? null : this.before - count
    this.size += text.length
    this.start = start
    this.version += 1
  }

  private letGo(): void {
    const cut = this.starts.find((place) => place.line >= this.lines.length / 4)
    if (cut === undefined || cut.line === 0) return
    const { line: count, offset } = cut
    const gone = this.lines.splice(0, count)
    this.size -= gone.reduce((sum, line) => sum + line.length + 1, 0)
    this.styles.splice(0, count)
    this.phases = this.phases.filter((phase) => phase.line >= count)
    this.starts = this.starts.filter((place) => place.line >= count)
    for (const phase of this.phases) phase.line -= count
    for (const place of this.starts) place.line -= count
    if (this.before !== null) this.before += count
    this.start = offset
  }

  private extend(part: string): void {
    if (!this.open) {
      this.lines.push(part)
      this.open = true
    } else {
      this.lines[this.lines.length - 1] += part
    }
  }

  private close(): void {
    const index = this.lines.length - 1
    const raw = this.lines[index] ?? ''
    this.open = false
    this.lines[index] = lastOverwrite(raw)
    this.styles[index + 1] = raw.includes('\u001b') ? readAnsi(raw, this.styles[index]).end : (this.styles[index] ?? PLAIN)
    this.notePhase(this.lines[index] ?? '', index)
  }

  private notePhase(line: string, index: number): void {
    const plain = stripAnsi(line)
    const found = PHASES.find(([pattern]) => pattern.test(plain))
    if (found) this.phases.push({ title: found[1] || plain.slice(0, 80), line: index })
  }

  spans(index: number): Span[] {
    return readAnsi(lastOverwrite(this.lines[index] ?? ''), this.styles[index]).spans
  }

  plain(index: number): string {
    return stripAnsi(this.lines[index] ?? '')
  }

  text(): string {
    return this.lines.map(stripAnsi).join('\n')
  }

  /** Line numbers that hold the words, ignoring case. */
  find(words: string): number[] {
    const wanted = words.toLowerCase()
    if (wanted === '') return []
    const found: number[] = []
    this.lines.forEach((line, index) => {
      if (stripAnsi(line).toLowerCase().includes(wanted)) found.push(index)
    })
    return found
  }
}
