// Uploads files with tus-js-client, each in another way of the protocol; prints what became of them as JSON.
//   node tus_uploads.mjs <import's upload address> <token> <folder with files> <folder with the package>
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import process from 'node:process'

const [endpoint, token, folder, packages] = process.argv.slice(2)
const tus = createRequire(join(packages, 'package.json'))('tus-js-client')
const CHUNK = 64 * 1024
const base = { endpoint, chunkSize: CHUNK, retryDelays: [0, 100, 200], headers: { Authorization: `Bearer ${token}` } }

const options = (name, more) => ({ ...base, metadata: { filename: name }, ...more })

const sent = (input, given) =>
  new Promise((resolve, reject) => {
    const upload = new tus.Upload(input, { ...given, onError: reject, onSuccess: () => resolve(upload.url) })
    upload.start()
  })

/** Stops after the second chunk, as if the lid was closed; answers where it was. */
const cutOff = (input, given) =>
  new Promise((resolve, reject) => {
    let chunks = 0
    const upload = new tus.Upload(input, {
      ...given,
      onError: reject,
      onSuccess: () => reject(new Error('It was not to end.')),
      onChunkComplete: () => {
        chunks += 1
        if (chunks === 2) upload.abort().then(() => resolve(upload.url), reject)
      },
    })
    upload.start()
  })

const read = (name) => readFileSync(join(folder, name))
/** A source that does not know its length before its end; the client's own for streams can miss their last bytes. */
const endless = {
  openFile: async (whole) => ({
    size: null,
    slice: async (start, end) => {
      const value = whole.subarray(start, end)
      value.size = value.length
      return { value, done: end >= whole.length }
    },
    close: () => undefined,
  }),
}

const results = {}

results.chunked = await sent(read('chunked.png'), options('chunked.png'))
results.creation = await sent(read('creation.png'), options('creation.png', { uploadDataDuringCreation: true }))
results.override = await sent(read('override.png'), options('override.png', { overridePatchMethod: true }))
results.parallel = await sent(read('parallel.png'), options('parallel.png', { parallelUploads: 3 }))
results.deferred = await sent(read('deferred.png'), options('deferred.png', { uploadLengthDeferred: true, uploadSize: null, fileReader: endless }))

const half = await cutOff(read('resumed.png'), options('resumed.png'))
const offsets = []
results.resumed = await sent(read('resumed.png'), options('resumed.png', { uploadUrl: half, onProgress: (bytes) => offsets.push(bytes) }))
results.resumedAt = Math.min(...offsets)
results.resumedSame = results.resumed === half

const given = await cutOff(read('chunked.png'), options('unwanted.png'))
await tus.Upload.terminate(given, base)
results.terminated = await fetch(given, { method: 'HEAD', headers: base.headers }).then((response) => response.status)
results.tooLate = await sent(read('chunked.png'), { ...options('unwanted.png'), endpoint: null, uploadUrl: given, retryDelays: null }).then(
  () => 'accepted',
  (error) => error.originalResponse?.getStatus() ?? String(error),
)
process.stdout.write(JSON.stringify(results))
