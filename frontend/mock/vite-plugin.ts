import { readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import path from 'node:path'
import { Readable } from 'node:stream'
import type { ReadableStream as NodeReadableStream } from 'node:stream/web'
import type { Connect, Plugin } from 'vite'
import { answer, type Scenario } from './api.ts'

/** The content policy of the platform's own answers: what breaks here would break there. */
const POLICY = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self' 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='",
  "style-src-attr 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "object-src 'none'",
  "base-uri 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ')

const scenarioOf = (request: IncomingMessage): Scenario => (/mock=(\w+)/.exec(request.headers.cookie ?? '')?.[1] ?? 'data') as Scenario

async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = `http://${request.headers.host ?? 'localhost'}${request.url ?? '/'}`
  const hasBody = request.method !== 'GET' && request.method !== 'HEAD'
  const headers = new Headers(Object.entries(request.headers).filter((entry): entry is [string, string] => typeof entry[1] === 'string'))
  const init: RequestInit & { duplex?: 'half' } = { method: request.method, headers, ...(hasBody && { body: Readable.toWeb(request) as unknown as BodyInit, duplex: 'half' }) }
  const result = await answer(new Request(url, init), scenarioOf(request))
  response.writeHead(result.status, Object.fromEntries(result.headers))
  if (!result.body) {
    response.end()
    return
  }
  const stream = Readable.fromWeb(result.body as unknown as NodeReadableStream)
  response.on('close', () => stream.destroy())
  stream.pipe(response)
}

const isPage = (url: string): boolean => !/^\/(api|static|admin|@|src|node_modules)/.test(url)

/** Serves the single page for its addresses, and with `api` a made-up platform behind them. */
export function mockServer({ api }: { api: boolean }): Plugin {
  const apiLayer: Connect.NextHandleFunction = (request, response, next) => {
    if (!api || !request.url?.startsWith('/api/')) return next()
    respond(request, response).catch(next)
  }
  return {
    name: 'trainyard-mock',
    configureServer(server) {
      server.middlewares.use(apiLayer)
      server.middlewares.use((request, _, next) => {
        if (isPage(request.url ?? '') && request.headers.accept?.includes('text/html')) request.url = '/static/app/'
        next()
      })
    },
    configurePreviewServer(server) {
      server.middlewares.use(apiLayer)
      server.middlewares.use((request, response, next) => {
        if (!isPage(request.url ?? '')) return next()
        response.setHeader('Content-Security-Policy', POLICY)
        response.setHeader('Content-Type', 'text/html; charset=utf-8')
        response.end(readFileSync(path.resolve(server.config.build.outDir, 'index.html')))
      })
    },
  }
}
