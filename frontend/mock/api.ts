/** The platform's API over the small world of data.ts: enough of it to work on every page and to test them. */
import type { JsonObject, RunDetail } from '../src/api/types'
import * as world from './data.ts'

export type Scenario = 'data' | 'empty' | 'fail' | 'slow'
type Handler = (match: string[], request: Request, url: URL) => Response | Promise<Response>
const keyOf = (address: string): string => address.split('/').at(-2) ?? ''

function announced(importId: number, request: Request): Response {
  const key = `upload-${++nextId}`
  const told = metadata(request.headers.get('Upload-Metadata'))
  const concat = request.headers.get('Upload-Concat') ?? ''
  const parts = concat.startsWith('final;') ? concat.slice('final;'.length).split(' ').map(keyOf) : []
  const size = parts.length > 0 ? parts.reduce((sum, part) => sum + (uploads.get(part)?.offset ?? 0), 0) : Number(request.headers.get('Upload-Length'))
  if (parts.some((part) => uploads.get(part)?.offset !== uploads.get(part)?.size)) return refuse(409, 'conflict', 'A part is not complete yet.')
  parts.forEach((part) => uploads.delete(part))
  const kind = concat === 'partial' ? 'part' : 'bundle' in told ? 'bundle' : 'file'
  const made = { importId, kind, name: kind === 'part' ? '' : (told.filename ?? ''), size, offset: parts.length > 0 ? size : 0, fingerprint: told.fingerprint ?? '' } as const
  uploads.set(key, made)
  return json({ id: key, ...made }, 201, { Location: `/api/v1/uploads/${key}/` })
}

const uploads = new Map<string, { importId: number; kind: 'file' | 'bundle' | 'part'; name: string; size: number; offset: number; fingerprint: string }>()

/** The pairs of a tus client's Upload-Metadata. */
const metadata = (header: string | null): Record<string, string> =>
  Object.fromEntries((header ?? '').split(',').map((pair) => pair.trim().split(' ')).map(([key = '', value = '']) => [key, Buffer.from(value, 'base64').toString()]))
let signedIn = true
let nextId = 1000
let sessionsLeft = world.sessions
const endSessions = (which: (one: (typeof world.sessions)[number]) => boolean): Response => {
  sessionsLeft = sessionsLeft.filter((one) => !which(one))
  return new Response(null, { status: 204 })
}

const json = (body: unknown, status = 200, headers: Record<string, string> = {}): Response =>
  new Response(status === 204 ? null : JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json', ...headers } })
const refuse = (status: number, code: string, message: string, extra: object = {}): Response => json({ code, message, extra }, status)
const missing = (): Response => refuse(404, 'not_found', 'There is no such object, or you may not see it.')
const found = (one: unknown): Response => (one ? json(one) : missing())

function page<T extends object>(rows: T[], url: URL, text: (row: T) => string): Response {
  const search = (url.searchParams.get('search') ?? '').toLowerCase()
  const size = Number(url.searchParams.get('page_size')) || 25
  const number = Number(url.searchParams.get('page')) || 1
  const hits = rows.filter((row) => text(row).toLowerCase().includes(search))
  return json({ count: hits.length, next: null, previous: null, results: hits.slice((number - 1) * size, number * size) })
}

const USER = { id: 1, username: 'anna', email: 'anna@example.org', is_staff: true, bucket: 'anna' }
const inProject = <T extends { project: number | null }>(rows: T[], url: URL): T[] => {
  const project = Number(url.searchParams.get('project'))
  return rows.filter((row) => row.project === project || (row.project === null && project === 1))
}
const body = async (request: Request): Promise<JsonObject> => (await request.json().catch(() => ({}))) as JsonObject

function check(config: JsonObject): Response {
  const errors = typeof config.epochs === 'number' && config.epochs >= 1 ? [] : [{ path: ['epochs'], message: 'Must be 1 or more.', schema_path: [] }]
  const args = Object.entries(config).filter(([key, value]) => value !== null && value !== false && !/split$/.test(key)).map(([key, value]) => (value === true ? `--${key}` : `--${key} ${Array.isArray(value) ? value.join(' ') : String(value)}`))
  return json({ valid: errors.length === 0, config, errors, arguments: args.join(' ') })
}

function eventStream(write: (send: (event: string, id: number, data: unknown) => void) => (() => void) | undefined): Response {
  const encoder = new TextEncoder()
  let stop: (() => void) | undefined
  return new Response(
    new ReadableStream({
      start(controller) {
        controller.enqueue(encoder.encode(': hello\n\n'))
        stop = write((event, id, data) => controller.enqueue(encoder.encode(`id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`)))
      },
      cancel() {
        stop?.()
      },
    }),
    { headers: { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' } },
  )
}

const logOf = (execution: number): { text: string; complete: boolean } => {
  const run = world.runs.find((one) => one.execution === execution)
  const complete = run ? (run.attempt?.log_complete ?? false) : true
  return { text: execution === 902 ? 'Step 1/6 : FROM trainyard-base:1\nStep 2/6 : RUN pip install -r requirements.txt\n\u001b[31mERROR: No matching distribution found for torchvison\u001b[0m\n' : world.logText(run?.id === 87 ? 90 : 620), complete }
}

function createRun(input: JsonObject): Response {
  const config = (input.config ?? {}) as JsonObject
  if (config.epochs === 13) return refuse(400, 'invalid', 'The run was not accepted.', { errors: [{ path: ['config', 'epochs'], message: '13 brings bad luck.' }] })
  const [first] = world.runs
  const run = { ...first, id: ++nextId, name: String(input.name || 'new run'), state: 'queued', config, score: null, attempt: null, started_at: null, progress: null, phase: '' } as RunDetail
  world.runs.unshift(run)
  return json(run, 201)
}

const ROUTES: [string, RegExp, Handler][] = [
  ['GET', /^auth\/session\/$/, () => json({ user: signedIn ? USER : null })],
  ['POST', /^auth\/sign-in\/$/, async (_, request) => { const input = await body(request); if (input.password === 'wrong') return refuse(400, 'wrong_credentials', 'User name or password is wrong.'); signedIn = true; return json({ user: USER }) }],
  ['POST', /^auth\/sign-out\/$/, () => { signedIn = false; return json(null, 204) }],
  ['POST', /^auth\/password\/$/, () => json(null, 204)],
  ['GET', /^auth\/sessions\/$/, (_, __, url) => page(sessionsLeft, url, (one) => one.device)],
  ['DELETE', /^auth\/sessions\/$/, () => endSessions((one) => !one.current)],
  ['DELETE', /^auth\/sessions\/(\w+)\/$/, ([id]) => endSessions((one) => one.id === id)],
  ['GET', /^tokens\/$/, (_, __, url) => page(world.tokens, url, (one) => one.name)],
  ['POST', /^tokens\/$/, async (_, request) => json({ ...world.tokens[0], ...(await body(request)), id: ++nextId, token: 'ty_8fK2dE91mQpXw4zL0vN7tRbYc3sHgJ6a' }, 201)],
  ['DELETE', /^tokens\/(\d+)\/$/, () => json(null, 204)],
  ['GET', /^projects\/$/, (_, __, url) => page(world.projects, url, (one) => one.name)],
  ['GET', /^projects\/(\d+)\/$/, ([id]) => found(world.projects.find((one) => one.id === Number(id)))],
  ['GET', /^projects\/(\d+)\/members\/$/, (_, __, url) => page(world.members, url, (one) => one.user.username)],
  ['GET', /^datasets\/$/, (_, __, url) => page(inProject(world.datasets, url), url, (one) => `${one.name} ${one.id}`)],
  ['POST', /^datasets\/$/, async (_, request) => { const made = { ...world.datasets[4], ...(await body(request)), id: ++nextId, active_import: null } as (typeof world.datasets)[number]; world.datasets.push(made); return json(made, 201) }],
  ['GET', /^datasets\/(\d+)\/$/, ([id]) => found(world.datasets.find((one) => one.id === Number(id)))],
  ['GET', /^datasets\/(\d+)\/images\/$/, ([id], _, url) => { const owner = world.datasets.find((one) => one.id === Number(id)); if (!owner) return missing(); const wanted = url.searchParams.get('label'); return page(Array.from({ length: owner.image_count }, (_, index) => world.imageOf(owner, owner.id * 100 + index + 1)).filter((image) => !wanted || image.shapes.some((shape) => shape.label === wanted)), url, (image) => image.name) }],
  ['GET', /^datasets\/(\d+)\/gallery\/$/, ([id], _, url) => { const owner = world.datasets.find((one) => one.id === Number(id)); if (!owner) return missing(); const wanted = url.searchParams.getAll('label'); const all = Array.from({ length: owner.image_count }, (_, index) => world.imageOf(owner, owner.id * 100 + index + 1)).filter((image) => wanted.length === 0 || image.shapes.some((shape) => wanted.includes(shape.label))); const offset = Number(url.searchParams.get('offset') ?? 0); return json({ count: all.length, offset, results: all.slice(offset, offset + Number(url.searchParams.get('limit') ?? 100)).map((image) => ({ ...image, labels: {}, part: '' })) }) }],
  ['GET', /^datasets\/(\d+)\/facets\/$/, () => json({ parts: {}, findings: {}, imports: [] })],
  ['GET', /^datasets\/(\d+)\/images\/(\d+)\/(?:content|thumbnail)\/$/, ([id, image]) => { const owner = world.datasets.find((one) => one.id === Number(id)); return owner ? new Response(world.pictureOf(owner, Number(image)), { headers: { 'Content-Type': 'image/svg+xml' } }) : missing() }],
  ['GET', /^datasets\/(\d+)\/versions\/$/, ([id], _, url) => page(id === '11' ? world.versions : [], url, () => '')],
  ['POST', /^datasets\/(\d+)\/versions\/$/, () => json(world.versions[0])],
  ['GET', /^datasets\/(\d+)\/restores\/$/, (_, __, url) => page([], url, () => '')],
  ['GET', /^datasets\/(\d+)\/imports\/$/, ([id], _, url) => page(world.imports.filter((one) => one.dataset === Number(id)), url, () => '')],
  ['POST', /^datasets\/(\d+)\/imports\/$/, ([id]) => { const made = { id: ++nextId, dataset: Number(id), state: 'uploading' as const, progress: 0, message: '', cancelling: false, on_conflict: 'ask' as const, on_duplicate: 'keep' as const, source: '', report: null, created_at: world.at(0), finished_at: null, uploads: [] }; world.imports.unshift(made); return json(made, 201) }],
  ['GET', /^imports\/(\d+)\/$/, ([id]) => { const one = world.imports.find((known) => known.id === Number(id)); return found(one && { ...one, uploads: [...uploads].filter(([, upload]) => upload.importId === one.id).map(([key, upload]) => ({ id: key, ...upload })) }) }],
  ['GET', /^datasets\/(\d+)\/saved-buckets\/$/, () => json([{ name: 'our store' }])],
  ['POST', /^imports\/(\d+)\/start\/$/, ([id]) => { const one = world.imports.find((known) => known.id === Number(id)); if (!one) return missing(); Object.assign(one, { state: 'succeeded', progress: 1, report: world.imports.find((known) => known.id === 52)?.report }); return json(one, 202) }],
  ['DELETE', /^imports\/(\d+)\/$/, () => json(null, 204)],
  ['POST', /^imports\/(\d+)\/uploads\/$/, ([id], request) => announced(Number(id), request)],
  ['HEAD', /^uploads\/([^/]+)\/$/, ([key]) => { const upload = uploads.get(key ?? ''); return upload ? new Response(null, { headers: { 'Upload-Offset': String(upload.offset), 'Upload-Length': String(upload.size) } }) : missing() }],
  ['PATCH', /^uploads\/([^/]+)\/$/, async ([key], request) => { const upload = uploads.get(key ?? ''); if (!upload) return missing(); if (Number(request.headers.get('Upload-Offset')) !== upload.offset) return refuse(409, 'wrong_offset', 'The offset does not fit.'); upload.offset += (await request.arrayBuffer()).byteLength; return new Response(null, { status: 204, headers: { 'Upload-Offset': String(upload.offset) } }) }],
  ['GET', /^templates\/$/, (_, __, url) => { const { provider, category } = Object.fromEntries(url.searchParams); return page(inProject(world.templates, url).filter((one) => (!provider || one.provider === provider) && (!category || one.category === category)), url, (one) => `${one.provider} ${one.category} ${one.architecture}`) }],
  ['GET', /^templates\/(\d+)\/$/, ([id]) => found(world.templates.find((one) => one.id === Number(id)))],
  ['POST', /^templates\/upload\/$/, async (_, request) => { const file = (await request.formData()).get('template_zip'); const findings = [{ severity: 'error', code: 'missing_file', message: 'docker/Dockerfile is missing.', file: 'docker/Dockerfile', line: null, column: null, hint: 'Did package.sh stop early? It does when train_config.json is absent in dev/.' }, { severity: 'error', code: 'bad_json', message: 'Expecting “,” delimiter.', file: 'config/custom.json', line: 3, column: 12, hint: 'Put a comma behind line 2.' }, { severity: 'warning', code: 'no_readme', message: 'There is no README.md.', file: null, line: null, column: null, hint: null }]; return file instanceof File && file.name.includes('bad') ? refuse(400, 'template_refused', 'The template was refused: 2 errors.', { findings }) : json({ template: world.templates[3], version: { id: 41, number: 1 }, findings: findings.slice(2) }, 201) }],
  ['GET', /^template-versions\/(\d+)\/$/, ([id]) => found(world.versionOf(Number(id)))],
  ['GET', /^template-versions\/(\d+)\/builds\/$/, ([id], _, url) => page(id === '12' ? [{ id: 901, state: 'succeeded', created_at: world.at(300) }] : [], url, () => '')],
  ['POST', /^template-versions\/(\d+)\/build\/$/, () => json({ execution: 901 }, 202)],
  ['POST', /^template-versions\/(\d+)\/validate-config\/$/, async (_, request) => check(((await body(request)).config ?? {}) as JsonObject)],
  ['GET', /^export-config\/$/, () => json(world.exportConfig)],
  ['GET', /^executions\/(\d+)\/$/, ([id]) => json({ id: Number(id), kind: 'build', title: 'Build', state: id === '902' ? 'failed' : 'succeeded', reason: id === '902' ? 'Step 2 of the Dockerfile failed.' : '', cause: null, created_at: world.at(300), started_at: world.at(299), finished_at: world.at(290), changes: [], attempt: null, resources: {}, can: [] })],
  ['GET', /^executions\/(\d+)\/log\/$/, ([id], _, url) => { const { text, complete } = logOf(Number(id)); const bytes = new TextEncoder().encode(text); const offset = Number(url.searchParams.get('offset')) || 0; return new Response(bytes.slice(offset), { headers: { 'Content-Type': 'text/plain; charset=utf-8', 'X-Log-Offset': String(bytes.length), 'X-Log-Complete': String(complete) } }) }],
  ['GET', /^executions\/(\d+)\/log\/stream\/$/, (_, __, url) => eventStream((send) => { let offset = Number(url.searchParams.get('offset')) || 0; let step = 0; const timer = setInterval(() => { const text = `  step ${String((step++ % 20) + 1).padStart(2)}/20  loss ${(0.3 + Math.random() * 0.1).toFixed(4)}  lr 1.0e-03\n`; send('log', offset + text.length, { offset, text }); offset += text.length }, 800); return () => clearInterval(timer) })],
  ['GET', /^hosts\/$/, (_, __, url) => page(world.hosts, url, () => '')],
  ['GET', /^events\/stream\/$/, () => eventStream(() => undefined)],
  ['GET', /^runs\/$/, (_, __, url) => { const { state, template, dataset } = Object.fromEntries(url.searchParams); return page(inProject(world.runs, url).filter((one) => (!state || one.state === state) && (!template || one.template?.id === Number(template)) && (!dataset || one.dataset?.id === Number(dataset))), url, (one) => `${one.name} ${one.id}`) }],
  ['POST', /^runs\/$/, async (_, request) => createRun(await body(request))],
  ['GET', /^runs\/defaults\/$/, () => json(world.runDefaults)],
  ['GET', /^runs\/(\d+)\/$/, ([id]) => found(world.runs.find((one) => one.id === Number(id)))],
  ['POST', /^runs\/(\d+)\/stop\/$/, () => json({}, 202)],
  ['POST', /^runs\/(\d+)\/score\/$/, () => json({ score: 0.941 })],
  ['GET', /^runs\/(\d+)\/metrics\/$/, ([id]) => json(id === '89' || id === '86' ? [] : world.METRICS.map((name) => ({ name, point_count: 200, last_value: 0.2 })))],
  ['GET', /^runs\/(\d+)\/metrics\/points\/$/, (_, __, url) => json({ series: (url.searchParams.get('names') ?? '').split(',').map((name) => ({ name, ...world.points(name), last_sequence: 200 })) })],
  ['GET', /^models\/$/, (_, __, url) => page(inProject(world.models, url), url, (one) => `${one.name} ${one.id}`)],
  ['GET', /^models\/(\d+)\/$/, ([id]) => found(world.models.find((one) => one.id === Number(id)))],
  ['GET', /^model-versions\/(\d+)\/$/, ([id]) => json(world.modelVersion(Number(id)))],
]

const KEPT = /^(auth\/(?!sessions)|projects|hosts|events|runs\/defaults|export-config)/

/** Answers one request; a scenario turns everything but the frame empty, failing or slow. */
export async function answer(request: Request, scenario: Scenario = 'data'): Promise<Response> {
  const url = new URL(request.url)
  const path = url.pathname.replace('/api/v1/', '')
  if (!KEPT.test(path)) {
    if (scenario === 'fail') return refuse(503, 'unavailable', 'The database does not answer. Try again in a moment.')
    if (scenario === 'slow') await new Promise((resolve) => setTimeout(resolve, 60_000))
    if (scenario === 'empty' && request.method === 'GET' && /^[a-z]+\/$/.test(path)) return json({ count: 0, next: null, previous: null, results: [] })
  }
  if (scenario === 'empty' && path === 'auth/sessions/') return json({ count: 1, next: null, previous: null, results: world.sessions.slice(0, 1) })
  if (scenario === 'empty' && path === 'tokens/') return json({ count: 0, next: null, previous: null, results: [] })
  for (const [method, pattern, handler] of ROUTES) {
    const match = pattern.exec(path)
    if (match && method === request.method) return handler(match.slice(1), request, url)
  }
  if (request.method !== 'GET') return json({}, 200)
  return missing()
}

export function signOutForTests(out: boolean): void {
  signedIn = !out
}
