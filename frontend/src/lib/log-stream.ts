import { rawFetch } from '@/lib/api-client'
import { messageOf } from '@/lib/errors'
import { LogBuffer } from '@/lib/log-buffer'

const PART_BYTES = 1 << 20
/** Of a long log the end is read first; what stands before is read when somebody asks for it. */
const TAIL_BYTES = 4 << 20
const LINE_BREAK = 10
const POLL_MS = 2000

export type LogStatus = 'loading' | 'live' | 'reconnecting' | 'complete' | 'failed'

export const logDownloadUrl = (execution: number): string => `/api/v1/executions/${execution}/log/?download=1`

/** Fetches what is there in large parts, then follows by server-sent events from that offset. */
export class LogStream {
  readonly buffer = new LogBuffer()
  status: LogStatus = 'loading'
  problem: string | null = null
  loadingEarlier = false
  private begun = false
  private readonly execution: number
  private source: EventSource | null = null
  private stopped = new AbortController()
  private readonly listeners = new Set<() => void>()
  private snapshot = 0
  private frame: number | null = null

  constructor(execution: number) {
    this.execution = execution
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  getSnapshot = (): number => this.snapshot

  /** Starts reading, or goes on where an earlier start was stopped. */
  async start(): Promise<void> {
    this.stopped = new AbortController()
    const { signal } = this.stopped
    try {
      while (await this.fetchPart(signal));
      if (!this.buffer.complete && !signal.aborted) this.follow()
    } catch (error) {
      if (signal.aborted) return
      this.status = 'failed'
      this.problem = messageOf(error)
      this.changed()
    }
  }

  stop(): void {
    this.stopped.abort()
    this.source?.close()
    if (this.frame !== null) cancelAnimationFrame(this.frame)
    this.frame = null
  }

  /** Reads one part; true while there may be more. */
  private async fetchPart(signal: AbortSignal): Promise<boolean> {
    const from = this.begun ? this.buffer.offset : -TAIL_BYTES
    const response = await rawFetch(this.url(from, PART_BYTES), { signal })
    const text = await response.text()
    if (signal.aborted) return false
    if (!this.begun) this.buffer.beginAt(Number(response.headers.get('X-Log-Start') ?? 0))
    this.begun = true
    const before = this.buffer.offset
    const next = Number(response.headers.get('X-Log-Offset') ?? before)
    this.buffer.append(text, next)
    if (response.headers.get('X-Log-Complete') === 'true') {
      const full = next - before >= PART_BYTES
      this.buffer.complete = !full
      if (!full) this.status = 'complete'
    }
    this.changed()
    return next - before >= PART_BYTES
  }

  /** Reads what stands before the first line. */
  async loadEarlier(): Promise<void> {
    if (this.loadingEarlier || this.buffer.start === 0) return
    this.loadingEarlier = true
    this.changed()
    const end = this.buffer.start
    const from = Math.max(0, end - TAIL_BYTES)
    try {
      const response = await rawFetch(this.url(from, end - from), { signal: this.stopped.signal })
      const bytes = new Uint8Array(await response.arrayBuffer())
      const lineStart = from === 0 ? 0 : bytes.indexOf(LINE_BREAK) + 1
      // Only if nothing was let go in the meantime: the parts must touch.
      if (this.buffer.start === end) this.buffer.prepend(new TextDecoder().decode(bytes.subarray(lineStart)), from + lineStart)
    } catch (error) {
      if (!this.stopped.signal.aborted) this.problem = `The earlier part could not be read: ${messageOf(error)}`
    } finally {
      this.loadingEarlier = false
      this.changed()
    }
  }

  private url(offset: number, limit: number): string {
    return `/api/v1/executions/${this.execution}/log/?offset=${offset}&limit=${limit}`
  }

  private follow(): void {
    this.status = 'live'
    this.changed()
    const source = new EventSource(`/api/v1/executions/${this.execution}/log/stream/?offset=${this.buffer.offset}`)
    this.source = source
    source.addEventListener('log', (message: MessageEvent<string>) => {
      const { text } = JSON.parse(message.data) as { text: string }
      this.buffer.append(text, Number(message.lastEventId))
      this.status = 'live'
      this.changed()
    })
    source.addEventListener('end', () => {
      source.close()
      this.buffer.complete = true
      this.status = 'complete'
      this.changed()
    })
    source.onopen = () => {
      this.status = 'live'
      this.changed()
    }
    source.onerror = () => {
      // The browser tries again by itself, with the id of the last event.
      if (source.readyState === EventSource.CLOSED) void this.poll()
      else {
        this.status = 'reconnecting'
        this.changed()
      }
    }
  }

  /** Asks again and again where a stream is refused, as some proxies do. */
  private async poll(): Promise<void> {
    const { signal } = this.stopped
    try {
      while (!signal.aborted && !this.buffer.complete) {
        if (!(await this.fetchPart(signal))) await new Promise((resolve) => setTimeout(resolve, POLL_MS))
      }
    } catch (error) {
      if (signal.aborted) return
      this.status = 'failed'
      this.problem = `The log was cut off: ${messageOf(error)} Load the page again.`
      this.changed()
    }
  }

  /** Tells the page at most once per frame, however fast lines come. */
  private changed(): void {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null
      this.snapshot += 1
      this.listeners.forEach((listener) => listener())
    })
  }
}
