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

/**
 * The lines of a log as it grows. Text comes in pieces that end anywhere; a piece that was seen before is skipped by
 * its offset, so a reconnect shows nothing twice.
 */
export class LogBuffer {
  readonly lines: string[] = []
  readonly phases: Phase[] = []
  /** How the terminal was set at the start of each line. */
  private readonly styles: Style[] = [PLAIN]
  private open = false
  /** Bytes read so far. */
  offset = 0
  complete = false
  version = 0

  append(text: string, nextOffset: number): void {
    if (nextOffset <= this.offset && text !== '') return
    this.offset = nextOffset
    if (text === '') return
    const parts = text.split('\n')
    const last = parts.pop() ?? ''
    for (const part of parts) {
      this.extend(part)
      this.close()
    }
    if (last !== '') this.extend(last)
    this.version += 1
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
