/** Only addresses of this platform: a link must not lead a fresh session elsewhere. Anything else becomes the start page. */
export function inside(next: string | null): string {
  if (!next?.startsWith('/') || !URL.canParse(next, window.location.origin)) return '/'
  // Parsed as the browser would: it drops tabs and line ends, and takes a backslash for a slash.
  const url = new URL(next, window.location.origin)
  if (url.origin !== window.location.origin) return '/'
  const path = url.pathname + url.search + url.hash
  // "/.//host" comes out as "//host", which the next one who resolves it takes for another server.
  return path.startsWith('//') ? '/' : path
}

/** Whether the address is the server's own page, so not one of this app's. */
export const isServerPage = (path: string): boolean => /^\/(admin|api)(\/|$)/.test(path)
