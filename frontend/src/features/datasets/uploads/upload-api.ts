import { csrfToken, rawFetch } from '@/lib/api-client'
import { toApiError } from '@/lib/errors'

/** The server takes at most 64 MiB per chunk; smaller ones lose less when the line breaks. */
export const CHUNK_BYTES = 8 * 1024 * 1024

export interface RemoteUpload {
  url: string
  offset: number
}

function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)))
}

/** Announces a file; answers where its bytes go. */
export async function createUpload(importId: number, name: string, size: number, signal: AbortSignal): Promise<RemoteUpload> {
  const response = await rawFetch(`/api/v1/imports/${importId}/uploads/`, {
    method: 'POST',
    headers: { 'Tus-Resumable': '1.0.0', 'Upload-Length': String(size), 'Upload-Metadata': `filename ${base64(name)}` },
    signal,
  })
  const body = (await response.json().catch(() => ({}))) as { id?: string; offset?: number }
  const location = response.headers.get('Location')
  const url = location ? new URL(location, window.location.origin).pathname : `/api/v1/uploads/${body.id ?? ''}/`
  return { url, offset: body.offset ?? 0 }
}

/** How many bytes the server has of a file. */
export async function readOffset(url: string, signal: AbortSignal): Promise<number> {
  const response = await rawFetch(url, { method: 'HEAD', headers: { 'Tus-Resumable': '1.0.0' }, signal })
  return Number(response.headers.get('Upload-Offset') ?? 0)
}

/** Sends one chunk; answers the new offset. XHR, because fetch tells nothing while bytes leave. */
export function sendChunk(
  url: string,
  offset: number,
  chunk: Blob,
  onProgress: (sent: number) => void,
  signal: AbortSignal,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('PATCH', url)
    request.setRequestHeader('Tus-Resumable', '1.0.0')
    request.setRequestHeader('Content-Type', 'application/offset+octet-stream')
    request.setRequestHeader('Upload-Offset', String(offset))
    request.setRequestHeader('X-CSRFToken', csrfToken())
    request.upload.onprogress = (event) => onProgress(event.loaded)
    const abort = (): void => request.abort()
    signal.addEventListener('abort', abort, { once: true })
    request.onloadend = () => {
      signal.removeEventListener('abort', abort)
      if (signal.aborted) reject(new DOMException('Stopped', 'AbortError'))
      else if (request.status >= 200 && request.status < 300) {
        resolve(Number(request.getResponseHeader('Upload-Offset') ?? offset + chunk.size))
      } else reject(toApiError(request.status, parse(request.responseText)))
    }
    request.send(chunk)
  })
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
