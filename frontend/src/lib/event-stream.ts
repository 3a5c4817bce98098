import type { QueryClient } from '@tanstack/react-query'
import type { PlatformEvent } from '@/api/types'

/*
 * One event stream per browser: where the browser lets tabs share (a lock and a channel), one tab listens and tells the
 * others; where it does not (plain http away from localhost), each tab has its own. Events never carry whole objects into
 * the cache: they say what is out of date, and only what is on screen is fetched again, at most once per beat.
 */
const BEAT_MS = 700
const CHANNEL = 'trainyard-events'
const KINDS = [
  'execution.state',
  'execution.reason',
  'run.created',
  'run.changed',
  'run.progress',
  'run.metrics',
  'run.score',
  'run.deleted',
  'dataset.import',
  'dataset.restore',
  'dataset.changed',
  'dataset.cvat',
  'dataset.deleted',
  'dataset.examination',
  'dataset.repair',
  'template.version',
  'template.image',
  'template.granted',
  'template.revoked',
  'template.deleted',
  'model.version',
  'model.changed',
  'model.deleted',
] as const

const DOCTOR: ReadonlySet<string> = new Set(['dataset.examination', 'dataset.repair'])

type Listener = (event: PlatformEvent) => void
const listeners = new Set<Listener>()

export function onPlatformEvent(listener: Listener): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

const tell = (event: PlatformEvent): void => listeners.forEach((listener) => listener(event))

const number = (value: unknown): number | null => (typeof value === 'number' ? value : null)

/** The query keys an event makes stale. */
export function staleKeys(event: PlatformEvent): readonly unknown[][] {
  const run = number(event.payload.run) ?? (event.object_type === 'run' ? event.object_id : null)
  const keys: unknown[][] = []
  // Comes several times a second while something is carried; the pictures are not loaded again for that.
  if (event.kind === 'dataset.cvat') return [['cvat']]
  if (event.kind === 'run.metrics') return run === null ? [] : [['runs', 'metrics', run]]
  if (run !== null) keys.push(['runs', 'list'], ['runs', 'detail', run])
  if (event.kind.startsWith('execution.')) keys.push(['executions', event.object_id], ['hosts'], ['template-versions'])
  if (event.kind.startsWith('dataset.')) keys.push(['doctor'])
  // Progress of the doctor changes nothing of the data set itself; a repair that has changed it tells so too.
  if (event.kind.startsWith('dataset.') && !DOCTOR.has(event.kind)) keys.push(['datasets'], ['imports'])
  if (event.kind.startsWith('template.')) keys.push(['templates'], ['template-versions'])
  if (event.kind.startsWith('model.')) keys.push(['models'], ['model-versions'])
  return keys
}

/** Gathers stale keys and fetches them again once per beat. */
function refresher(client: QueryClient): Listener {
  const waiting = new Map<string, unknown[]>()
  let timer: ReturnType<typeof setTimeout> | null = null
  const flush = (): void => {
    timer = null
    for (const queryKey of waiting.values()) void client.invalidateQueries({ queryKey })
    waiting.clear()
  }
  return (event) => {
    for (const key of staleKeys(event)) waiting.set(JSON.stringify(key), key)
    if (waiting.size > 0) timer ??= setTimeout(flush, BEAT_MS)
  }
}

function listen(onEvent: Listener): () => void {
  const source = new EventSource('/api/v1/events/stream/')
  const read = (message: MessageEvent<string>): void => {
    try {
      onEvent(JSON.parse(message.data) as PlatformEvent)
    } catch {
      // A broken line is no reason to lose the stream.
    }
  }
  source.onmessage = read
  for (const kind of KINDS) source.addEventListener(kind, read as (event: Event) => void)
  return () => source.close()
}

/** Starts listening; returns how to stop. */
export function startEventStream(client: QueryClient): () => void {
  const stopRefresh = onPlatformEvent(refresher(client))
  const channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel(CHANNEL)
  const stopped = new AbortController()
  let close: () => void = () => undefined
  if (channel !== null && 'locks' in navigator) {
    channel.onmessage = (message: MessageEvent<PlatformEvent>) => tell(message.data)
    const lead = (): Promise<void> =>
      new Promise((resolve) => {
        const end = listen((event) => {
          tell(event)
          channel.postMessage(event)
        })
        close = () => {
          end()
          resolve()
        }
        if (stopped.signal.aborted) close()
      })
    navigator.locks.request(CHANNEL, { signal: stopped.signal }, lead).catch(() => undefined)
  } else {
    close = listen(tell)
  }
  return () => {
    stopped.abort()
    close()
    channel?.close()
    stopRefresh()
  }
}
