import { rawFetch } from '@/lib/api-client'
import { messageOf } from '@/lib/errors'
import { LogBuffer } from '@/lib/log-buffer'

const PART_BYTES = 1 << 20
const POLL_MS = 2000

export type LogStatus = 'loading' | 'live' | 'reconnecting' | 'complete' | 'failed'

export const logDownloadUrl = (execution: number): string => `/api/v1/executions/${execution}/log/?download=1`

/** Fetches what is there in large parts, then follows by server-sent events from that offset. */
export class LogStream {
  readonly buffer = new LogBuffer()
  status: LogStatus = 'loading'
  problem: string | null = null
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
    const url = `/api/v1/executions/${this.execution}/log/?offset=${this.buffer.offset}&limit=${PART_BYTES}`
    const response = await rawFetch(url, { signal })
    const text = await response.text()
    if (signal.aborted) return false
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
