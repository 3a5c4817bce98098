import type { DetailedError, Upload } from 'tus-js-client'
import { csrfToken, rawFetch } from '@/lib/api-client'
import { ApiError, toApiError } from '@/lib/errors'
import { isReadable, TarSource } from '@/features/datasets/uploads/tar-source'
import type { Unit } from '@/features/datasets/uploads/upload-plan'

/** The server takes at most 64 MiB per request; smaller ones lose less when the line breaks. */
const CHUNK_BYTES = 16 * 1024 * 1024

interface Sending {
  unit: Unit
  endpoint: string
  /** Where an upload that was begun before goes on. */
  url: string | null
  signal: AbortSignal
  onUrl: (url: string) => void
  onProgress: (sent: number) => void
}

/** What went wrong, as every other request tells it; status 0: nobody answered. */
function asApiError(error: Error | DetailedError): ApiError {
  const response = 'originalResponse' in error ? error.originalResponse : null
  if (!response) return toApiError(0, null)
  let body: unknown = null
  try {
    body = JSON.parse(response.getBody())
  } catch {
    // A proxy's page: the status says enough.
  }
  return toApiError(response.getStatus(), body)
}

/** The file that changed or went since it was chosen, where that is why the bytes could not be sent. */
async function changedFile(unit: Unit, offset: number): Promise<string | null> {
  if (unit.source instanceof TarSource) return unit.source.unreadable(offset, offset + CHUNK_BYTES)
  return (await isReadable(unit.source)) ? null : unit.name
}

/** Sends what is missing of a unit. Throws ApiErrors; when the signal aborts, ends without a word. */
export async function sendUnit({ unit, endpoint, url, signal, onUrl, onProgress }: Sending): Promise<void> {
  const { Upload } = await import('tus-js-client')
  const { source } = unit
  let offset = 0
  const metadata: Record<string, string> = { filename: unit.name, fingerprint: unit.fingerprint }
  if (unit.kind === 'bundle') metadata.bundle = ''
  const send = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const upload: Upload = new Upload(source instanceof TarSource ? new Blob() : source, {
        endpoint,
        uploadUrl: url,
        metadata,
        headers: unit.kind === 'part' ? { 'Upload-Concat': 'partial' } : {},
        chunkSize: CHUNK_BYTES,
        uploadSize: unit.size,
        retryDelays: null,
        storeFingerprintForResuming: false,
        fileReader: {
          openFile: () =>
            Promise.resolve({
              size: unit.size,
              slice: (start: number, end: number) => Promise.resolve({ value: source.slice(start, end), done: end >= unit.size }),
              close: () => undefined,
            }),
        },
        onBeforeRequest: (request) => request.setHeader('X-CSRFToken', csrfToken()),
        onUploadUrlAvailable: () => {
          if (upload.url !== null) onUrl(new URL(upload.url, window.location.origin).pathname)
        },
        onChunkComplete: (_, accepted) => {
          offset = accepted
        },
        onProgress,
        onSuccess: () => resolve(),
        onError: (error) => reject(asApiError(error)),
      })
      signal.addEventListener('abort', () => void upload.abort().then(resolve, resolve), { once: true })
      upload.start()
    })
  try {
    await send()
  } catch (error) {
    const changed = error instanceof ApiError && error.status === 0 && navigator.onLine ? await changedFile(unit, offset) : null
    if (changed === null) throw error
    throw new ApiError(400, 'file_changed', `${changed} was changed or removed since you chose it. Choose the files again.`)
  }
}

const base64 = (text: string): string => btoa(String.fromCharCode(...new TextEncoder().encode(text)))

/** Makes one upload of its parts, given in their order. */
export async function joinParts(endpoint: string, urls: readonly string[], name: string, fingerprint: string): Promise<void> {
  await rawFetch(endpoint, {
    method: 'POST',
    headers: {
      'Tus-Resumable': '1.0.0',
      'Upload-Concat': `final;${urls.join(' ')}`,
      'Upload-Metadata': `filename ${base64(name)},fingerprint ${base64(fingerprint)}`,
    },
  })
}
