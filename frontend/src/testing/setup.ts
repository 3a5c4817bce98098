import '@testing-library/jest-dom/vitest'
import { cleanup, configure } from '@testing-library/react'
import { http } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll } from 'vitest'
import { answer, signOutForTests } from '../../mock/api'

/** The mock platform behind every test; a test may put its own answers in front. */
export const server = setupServer(http.all('*/api/v1/*', ({ request }) => answer(request)))

class SilentEventSource extends EventTarget {
  static readonly CLOSED = 2
  readyState = 0
  onmessage = null
  onopen = null
  onerror = null
  close(): void {
    this.readyState = SilentEventSource.CLOSED
  }
}
class NoResizeObserver {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
}
Object.assign(globalThis, { EventSource: SilentEventSource, ResizeObserver: NoResizeObserver })
window.matchMedia = ((query: string) => ({ matches: false, media: query, addEventListener: () => undefined, removeEventListener: () => undefined, addListener: () => undefined, removeListener: () => undefined })) as unknown as typeof window.matchMedia
Element.prototype.scrollIntoView = () => undefined
document.createRange = () => Object.assign(new Range(), { getClientRects: () => [] as unknown as DOMRectList, getBoundingClientRect: () => new DOMRect() })

// A busy machine is slow, not wrong.
configure({ asyncUtilTimeout: 15_000 })

beforeAll(() => server.listen({ onUnhandledRequest: 'error' }))
afterEach(() => {
  cleanup()
  server.resetHandlers()
  signOutForTests(false)
  localStorage.clear()
})
afterAll(() => server.close())
