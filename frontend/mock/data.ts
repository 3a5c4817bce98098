/** A small world for working on the pages without a platform: realistic names, sizes and troubles. */
import type {
  Dataset, DatasetImage, DatasetImport, DatasetVersion, ExportConfig, Host, JsonObject, Member, Model, ModelFile, ModelVersion,
  Project, RunDefaults, RunDetail, RunState, Shape, StateChange, Template, TemplateVersion,
} from '../src/api/types'

const NOW = Date.now()
export const at = (minutesAgo: number): string => new Date(NOW - minutesAgo * 60_000).toISOString()
const ANNA = { id: 1, username: 'anna' }
const BEN = { id: 2, username: 'ben' }
const GIB = 1024 ** 3

export const projects: Project[] = [
  { id: 1, name: 'Orchard vision', description: 'Counting pears and finding sick leaves before people can.', role: 'admin', member_count: 3, dataset_count: 5, run_count: 9, updated_at: at(60), created_at: at(60 * 24 * 40) },
  { id: 2, name: 'Lab', description: '', role: 'viewer', member_count: 8, dataset_count: 0, run_count: 0, updated_at: at(60), created_at: at(60 * 24 * 300) },
]
export const members: Member[] = [
  { user: ANNA, role: 'admin', created_at: at(60 * 24 * 40) },
  { user: BEN, role: 'editor', created_at: at(60 * 24 * 12) },
  { user: { id: 3, username: 'carla' }, role: 'viewer', created_at: at(60 * 5) },
]
export const tokens = [
  { id: 1, name: 'notebook on lab-3', prefix: 'ty_8fK2', created_at: at(60 * 24 * 9), last_used_at: at(14), expires_at: at(-60 * 24 * 80), revoked_at: null },
  { id: 2, name: 'nightly upload', prefix: 'ty_x0Qa', created_at: at(60 * 24 * 90), last_used_at: null, expires_at: at(60 * 24), revoked_at: null },
]
export const sessions = [
  { id: 'a1'.repeat(20), device: 'Firefox on Linux', address: '10.20.0.14', signed_in_at: at(60 * 26), last_seen_at: at(1), expires_at: at(-60 * 24 * 29), current: true },
  { id: 'b2'.repeat(20), device: 'Safari on iPhone', address: '10.20.7.201', signed_in_at: at(60 * 24 * 4), last_seen_at: at(95), expires_at: at(-60 * 24 * 26), current: false },
  { id: 'c3'.repeat(20), device: 'Edge on Windows', address: '2001:db8:1:22:91ab:cc01:7f2e:4410', signed_in_at: at(60 * 24 * 12), last_seen_at: at(60 * 24 * 5), expires_at: at(-60 * 24 * 18), current: false },
]

const label = (id: number, name: string, color: string, shape_count: number) => ({ id, name, color, shape_count })
const EDIT = ['download', 'edit', 'import', 'version', 'archive', 'delete']

export const datasets: Dataset[] = [
  { id: 11, project: 1, name: 'Blood cells', description: 'Microscope fields with every cell boxed, from the clinic’s 2024 series.', created_by: ANNA, created_at: at(60 * 24 * 30), updated_at: at(42), image_count: 364, annotated_count: 364, shape_count: 4888, total_bytes: 9_961_472, labels: [label(1, 'RBC', '#d55e00', 4155), label(2, 'WBC', '#0f7fb8', 372), label(3, 'Platelets', '#00936b', 361)], kind_counts: { box: 4888 }, latest_version: { id: 31, number: 3 }, archived_at: null, active_import: null, thumbnails: [1, 2, 3, 4].map((n) => `/api/v1/datasets/11/images/${1100 + n}/thumbnail/`), split: null, can: EDIT },
  { id: 12, project: 1, name: 'Bean leaves', description: 'Three classes of leaf health.', created_by: BEN, created_at: at(60 * 24 * 20), updated_at: at(60 * 26), image_count: 300, annotated_count: 300, shape_count: 300, total_bytes: 6_501_171, labels: [label(4, 'healthy', '#00936b', 100), label(5, 'bean_rust', '#b98500', 100), label(6, 'angular_leaf_spot', '#b5559a', 100)], kind_counts: { tag: 300 }, latest_version: { id: 32, number: 1 }, archived_at: null, active_import: null, thumbnails: [1, 2, 3, 4].map((n) => `/api/v1/datasets/12/images/${1200 + n}/thumbnail/`), split: null, can: EDIT },
  { id: 13, project: 1, name: 'Maize kernels', description: '', created_by: ANNA, created_at: at(60 * 24 * 6), updated_at: at(60 * 24 * 3), image_count: 106, annotated_count: 98, shape_count: 1232, total_bytes: 8_178_892, labels: [label(7, 'kernel', '#5a6fd6', 1232)], kind_counts: { polygon: 1180, mask: 52 }, latest_version: { id: 33, number: 2 }, archived_at: null, active_import: null, thumbnails: [1, 2, 3].map((n) => `/api/v1/datasets/13/images/${1300 + n}/thumbnail/`), split: null, can: EDIT },
  { id: 14, project: 1, name: 'Digits in scenes', description: 'Sample data: handwritten digits set into scenes.', created_by: ANNA, created_at: at(60 * 3), updated_at: at(60 * 2), image_count: 240, annotated_count: 240, shape_count: 911, total_bytes: 1_835_008, labels: Array.from({ length: 10 }, (_, n) => label(20 + n, String(n), ['#0f7fb8', '#d55e00', '#00936b', '#b5559a', '#b98500'][n % 5] ?? '#777777', 80 + ((n * 37) % 60))), kind_counts: { box: 911 }, latest_version: { id: 34, number: 1 }, archived_at: null, active_import: null, thumbnails: [1, 2, 3, 4].map((n) => `/api/v1/datasets/14/images/${1400 + n}/thumbnail/`), split: null, can: EDIT },
  { id: 15, project: 1, name: 'Pear orchard, drone flight of 12 August over the northern rows', description: '', created_by: BEN, created_at: at(3), updated_at: at(1), image_count: 0, annotated_count: 0, shape_count: 0, total_bytes: 0, labels: [], kind_counts: {}, latest_version: null, archived_at: null, active_import: { id: 53, state: 'running', progress: 0.46 }, thumbnails: [], split: null, can: EDIT },
]

function random(seed: number): () => number {
  let state = seed * 2654435761
  return () => {
    state = (state * 1664525 + 1013904223) % 4294967296
    return Math.abs(state) / 4294967296
  }
}

function shapesOf(dataset: Dataset, image: number, width: number, height: number): Shape[] {
  const next = random(image)
  const base = (index: number) => ({ id: image * 100 + index, label: dataset.labels[Math.floor(next() * dataset.labels.length)]?.name ?? 'thing', attributes: {}, z_order: 0, group: 0, source: '', occluded: next() < 0.1 })
  if (dataset.id === 12) return [{ ...base(0), occluded: false, kind: 'tag', geometry: {} }]
  const number = dataset.id === 13 ? 5 : 4 + Math.floor(next() * 6)
  return Array.from({ length: number }, (_, index): Shape => {
    const cx = (0.12 + next() * 0.76) * width
    const cy = (0.14 + next() * 0.72) * height
    const radius = (0.06 + next() * 0.06) * width
    if (dataset.id === 13 && index === 0) return { ...base(index), kind: 'mask', geometry: { left: Math.round(cx - 20), top: Math.round(cy - 20), width: 40, height: 40, rle: Array.from({ length: 40 }, (_, row) => { const half = Math.round(Math.sqrt(Math.max(0, 400 - (row - 20) ** 2))); return [20 - half, half * 2, 20 - half] }).flat().reduce<number[]>((runs, length, at) => { if (at % 3 === 0 && runs.length > 0) runs[runs.length - 1] = (runs[runs.length - 1] ?? 0) + length; else runs.push(length); return runs }, []) } }
    if (dataset.id === 13) return { ...base(index), kind: 'polygon', geometry: { points: Array.from({ length: 9 }, (_, point) => [cx + Math.cos((point / 9) * 6.283) * radius * (0.8 + next() * 0.4), cy + Math.sin((point / 9) * 6.283) * radius * (0.8 + next() * 0.4)] as [number, number]) } }
    return { ...base(index), kind: 'box', geometry: { x1: cx - radius, y1: cy - radius, x2: cx + radius, y2: cy + radius, rotation: index === 1 ? 12 : 0 } }
  })
}

export function imageOf(dataset: Dataset, id: number): DatasetImage {
  const [width, height] = [640, 480]
  const shapes = shapesOf(dataset, id, width, height)
  return { id, name: `${dataset.name.toLowerCase().replaceAll(' ', '_')}_${String(id % 1000).padStart(5, '0')}.jpg`, width, height, size: 24_000 + (id % 7) * 1300, media_type: 'image/jpeg', shape_count: shapes.length, shapes, url: `/api/v1/datasets/${dataset.id}/images/${id}/content/`, thumbnail_url: `/api/v1/datasets/${dataset.id}/images/${id}/thumbnail/` }
}

/** A picture in SVG: soft blobs where the shapes are. */
export function pictureOf(dataset: Dataset, id: number): string {
  const image = imageOf(dataset, id)
  const next = random(id * 7)
  const [ground, blob] = { 11: ['#f1e4dc', '#c9767f'], 12: ['#5d7a43', '#86a95b'], 13: ['#2f3338', '#d8b25a'], 14: ['#222831', '#e8e8e8'] }[dataset.id] ?? ['#888888', '#bbbbbb']
  const blobs = image.shapes.map((shape) => {
    const [x, y, r] = shape.kind === 'box' ? [(shape.geometry.x1 + shape.geometry.x2) / 2, (shape.geometry.y1 + shape.geometry.y2) / 2, (shape.geometry.x2 - shape.geometry.x1) / 2.2] : shape.kind === 'polygon' ? [(shape.geometry.points[0]?.[0] ?? 0) - 38, shape.geometry.points[0]?.[1] ?? 0, 40] : shape.kind === 'mask' ? [shape.geometry.left + 20, shape.geometry.top + 20, 20] : [320 + next() * 60, 240, 170]
    return `<ellipse cx="${x}" cy="${y}" rx="${r}" ry="${r * (0.85 + next() * 0.2)}" fill="${blob}" opacity="${0.75 + next() * 0.25}"/>`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 480" width="640" height="480"><rect width="640" height="480" fill="${ground}"/>${blobs.join('')}</svg>`
}

export const versions: DatasetVersion[] = [3, 2, 1].map((number) => ({ id: 28 + number, number, digest: `sha256:${'9f3c5a71e0b24d68'.repeat(4).slice(number)}`, image_count: 364 - (3 - number) * 40, annotated_count: 364 - (3 - number) * 52, shape_count: 4888 - (3 - number) * 610, label_counts: { RBC: 4155, WBC: 372, Platelets: 361 }, kind_counts: { box: 4888 }, total_bytes: 9_961_472 - (3 - number) * 900_000, created_at: at(60 * 24 * (4 - number) * 3), created_by: ANNA, run_count: number * 2 - 1, split_name: number > 1 ? 'default' : '', split_counts: (number > 1 ? { train: 254, val: 55, test: 55 } : {}) as Record<string, number>, origin: number === 2 ? 'run' : 'user', note: number === 3 ? 'After the platelets were checked' : '', archived_at: null }))

export const imports: DatasetImport[] = [
  { id: 53, dataset: 15, state: 'running', progress: 0.46, message: 'Checking image 212 of 460', report: null, created_at: at(2), finished_at: null, cancelling: false, on_conflict: 'ask', on_duplicate: 'keep', source: '', uploads: [] },
  { id: 52, dataset: 11, state: 'succeeded', progress: 1, message: '', created_at: at(60 * 24 * 2), finished_at: at(60 * 24 * 2 - 1), cancelling: false, on_conflict: 'ask', on_duplicate: 'keep', source: '', uploads: [], report: { added: 366, turned: 0, losses: [], duplicates: 0, replaced: 0, kept: 0, totals: {}, images: 366, annotated: 364, shapes: 4888, matched: 364, unmatched_images: [{ name: 'overview_slide.png', why: 'annotations.xml has no image of this name.' }], unmatched_annotations: [{ name: 'BloodImage_00412.jpg', why: 'No image of this name was uploaded.' }, { name: 'BloodImage_00413.jpg', why: 'No image of this name was uploaded.' }], skipped: [{ name: 'notes.docx', why: 'Not an image, and not an annotation file.' }], findings: [{ severity: 'warning', code: 'zero_size_box', message: 'Box of zero size: x1 and x2 are both 141.00.', file: 'annotations.xml', line: 8123, column: 7, hint: 'It is kept, but no training can learn from it. Correct it in CVAT and upload the file again.' }, { severity: 'info', code: 'polygon_closed', message: '41 polygons repeat their first point at the end.', file: 'annotations.xml', line: null, column: null, hint: '' }] } },
  { id: 51, dataset: 11, state: 'failed', progress: 0.1, message: 'annotations.xml is not well-formed: line 212, column 18: the element “image” is not closed.', report: null, created_at: at(60 * 24 * 2.1), finished_at: at(60 * 24 * 2.1), cancelling: false, on_conflict: 'ask', on_duplicate: 'keep', source: '', uploads: [] },
]

const SCHEMA: JsonObject = {
  title: 'EfficientNet-Lite', type: 'object',
  description: 'Fine-tunes a pretrained EfficientNet-Lite on tagged images. Documentation: https://example.org/efficientnet-lite',
  required: ['epochs', 'batch-size'],
  properties: {
    architecture: { type: 'string', title: 'Architecture', enum: ['efficientnet_lite0', 'efficientnet_lite1', 'efficientnet_lite2'], default: 'efficientnet_lite0', description: 'Larger ones are slower and a little better.' },
    pretrained: { type: 'boolean', title: 'Start from pretrained weights', default: true },
    epochs: { type: 'integer', title: 'Epochs', default: 10, minimum: 1, maximum: 1000, description: 'How often the whole data set is gone through.' },
    'batch-size': { type: 'integer', title: 'Batch size', default: 32, minimum: 1, description: 'Images per step; less needs less memory.' },
    'img-size': { type: 'integer', title: 'Image size', default: 224, minimum: 32, maximum: 1024, description: 'Pixels along the shorter side.' },
    optimizer: { type: 'string', title: 'Optimizer', enum: ['AdamW', 'SGD'], default: 'AdamW' },
    'learning-rate': { type: 'number', title: 'Learning rate', default: 0.001, minimum: 0 },
    'weight-decay': { type: 'number', title: 'Weight decay', default: 0.01, minimum: 0 },
    patience: { type: 'number', title: 'Patience', default: 0, minimum: 0, description: 'Epochs without gain before it stops early; 0 never stops.' },
    seed: { anyOf: [{ type: 'integer', minimum: 0 }, { type: 'null' }], title: 'Seed', default: null, description: 'Empty for another result each time.' },
    'train-split': { type: 'number', title: 'Training share', default: 0.8, minimum: 0, maximum: 1 },
    'test-split': { type: 'number', title: 'Test share', default: 0.2, minimum: 0, maximum: 1 },
    freeze: { type: 'array', title: 'Frozen layers', items: { type: 'integer', minimum: 0 }, default: [0] },
  },
}
const DEFAULTS: JsonObject = Object.fromEntries(Object.entries(SCHEMA.properties as Record<string, JsonObject>).map(([key, one]) => [key, one.default ?? null]))
const PRESETS: JsonObject = { 'output-dir': '/train', 'images-dir': '/datasets/images', 'labels-dir': '/datasets/labels' }

const listed = (id: number, number: number, minutes: number) => ({ id, number, created_at: at(minutes), task_types: ['classification'], created_by: ANNA, base_image: 'trainyard-base:1' })
const template = (id: number, provider: string, category: string, architecture: string, summary: string, more: Partial<Template> = {}): Template => ({ id, provider, category, architecture, summary, bundled: true, project: null, allow_network: false, allow_root: false, allow_fuse: false, granted_version: null, archived: false, latest_version: { id: id * 10 + 1, number: 1, created_at: at(60 * 24), task_types: [category.toLowerCase()] }, run_count: 3, can: ['run', 'grant'], versions: [listed(id * 10 + 1, 1, 60 * 24)], ...more })
export const templates: Template[] = [
  template(1, 'Trainyard', 'Classification', 'EfficientNet-Lite', 'Image classifier with pretrained weights; about a minute on a CPU.', { latest_version: { id: 12, number: 2, created_at: at(60 * 9), task_types: ['classification'] }, versions: [listed(12, 2, 60 * 9), listed(11, 1, 60 * 24 * 9)], run_count: 5 }),
  template(2, 'Trainyard', 'Classification', 'Features and trees', 'Image features with scikit-learn; trains in seconds, needs no GPU.'),
  template(3, 'Trainyard', 'Detection', 'SSDlite', 'Object detector from torchvision with a selectable backbone.', { latest_version: { id: 31, number: 1, created_at: at(60), task_types: ['detection'] } }),
  template(4, 'Orchard', 'Instance Segmentation', 'Mask R-CNN', 'Our own: outlines of every pear.', { bundled: false, project: 1, allow_network: true, granted_version: 1, run_count: 0, can: ['run', 'upload', 'delete', 'grant'] }),
]

const README = `# EfficientNet-Lite

Fine-tunes a small, quick image classifier on **tagged images**. Use it first: it needs a minute on a CPU and tells whether the classes can be told apart at all.

## What it needs

| | |
| --- | --- |
| Annotations | one \`tag\` per image (boxes are used where there is none) |
| Images | any size; they are scaled to *Image size* |

## Score

Accuracy on the test share. [More in the documentation](https://example.org).

\`\`\`
epoch 10/10 train/loss 0.21 val/loss 0.27 val/accuracy 0.941
\`\`\`
`

export function versionOf(id: number): TemplateVersion | undefined {
  const owner = templates.find((one) => one.versions?.some((version) => version.id === id))
  const brief = owner?.versions?.find((version) => version.id === id)
  if (!owner || !brief) return undefined
  const { provider, category, architecture, bundled, allow_network, allow_root, allow_fuse, granted_version } = owner
  return {
    id, number: brief.number, template: { id: owner.id, provider, category, architecture, bundled, allow_network, allow_root, allow_fuse, granted_version, project: owner.project }, grants: allow_network ? ['network'] : [],
    config_schema: { ...SCHEMA, title: architecture }, defaults: DEFAULTS, presets: PRESETS, score_name: 'Accuracy', score_regexp: 'Accuracy:\\s+(\\d+\\.\\d+)', model_filepath: '/train/model.pt',
    metrics: { 'train/loss': 'train/loss (\\S+)', 'val/loss': 'val/loss (\\S+)' }, readme: id === 31 ? '' : README,
    findings: owner.id === 4 ? [{ severity: 'warning', code: 'unknown_argument', message: 'args.py has no option for the key “warmup”.', file: 'docker/args.py', line: 14, column: null, hint: 'Add the option, or take the key out of config.jsonschema: argparse ends the training at a key it does not know.' }, { severity: 'info', code: 'no_metrics', message: 'custom.json declares no metrics, so no curves will be drawn.', file: 'config/custom.json', line: 1, column: null, hint: '' }] : [],
    task_types: owner.latest_version?.task_types ?? [], base_image: 'trainyard-base:1', dockerfile: 'FROM trainyard-base:1\nWORKDIR /workspace\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\nCOPY . .\nENTRYPOINT ["/bin/bash", "/docker-entrypoint.sh"]\n', context_digest: 'sha256:4f2a91', created_at: brief.created_at, created_by: ANNA,
    image: owner.id === 4 ? { state: 'failed', tag: null, digest: null, size_bytes: null, execution: 902, reason: 'Step 2 of the Dockerfile failed.' } : owner.id === 2 ? { state: 'none', tag: null, digest: null, size_bytes: null, execution: null, reason: '' } : { state: 'ready', tag: 'trainyard/efficientnet-lite:4f2a91', digest: 'sha256:77aa12', size_bytes: 1_903_000_000, execution: 901, reason: '' }, can: ['build'],
  }
}
export const exportConfig: ExportConfig = {
  schema: { type: 'object', required: ['model_type', 'input_shapes', 'input_types'], properties: { model_type: { type: 'string', title: 'Model type', enum: ['pytorch', 'tensorflow', 'keras'], default: 'pytorch' }, input_names: { type: 'array', title: 'Input names', items: { type: 'string' } }, input_shapes: { type: 'array', title: 'Input shapes', items: { type: 'array', items: { type: 'integer' } } }, input_types: { type: 'array', title: 'Input types', items: { type: 'string', enum: ['float32', 'float16', 'uint8'] } } }, allOf: [{ if: { properties: { model_type: { const: 'pytorch' } } }, then: { properties: { opset_version: { type: 'integer', title: 'Opset', default: 18, minimum: 7, maximum: 19 }, dynamo: { type: 'boolean', title: 'Use dynamo', default: false } } } }] },
  defaults: { model_type: 'pytorch', input_names: [], input_shapes: [[1, 3, 224, 224]], input_types: ['float32'], opset_version: 18, dynamo: false },
}

const RESOURCES = { cpus: 2, memory_bytes: 4 * GIB, shared_memory_bytes: 2 * GIB, gpus: 1, disk_bytes: null, time_limit_seconds: 3600 }
export const runDefaults: RunDefaults = { resources: { ...RESOURCES, gpus: 0 }, maximum: { cpus: 16, memory_bytes: 64 * GIB, shared_memory_bytes: 32 * GIB, gpus: 2, disk_bytes: null, time_limit_seconds: 864_000 } }
export const hosts: Host[] = [{ id: 1, version: '27.1', not_enforced: [], name: 'yard-1', launcher: 'docker', launcher_reason: 'A Docker Engine answers and the base image is there.', cpus: 16, memory_bytes: 64 * GIB, free: { cpus: 9.5, memory_bytes: 41 * GIB, gpus: 1 }, devices: [{ index: 0, uuid: 'GPU-0', name: 'NVIDIA RTX A4000', memory_bytes: 16 * GIB, in_use: true }, { index: 1, uuid: 'GPU-1', name: 'NVIDIA RTX A4000', memory_bytes: 16 * GIB, in_use: false }], seen_at: at(0.1), queue: { waiting: 1, running: 2 } }]

export const modelFiles: ModelFile[] = [
  { id: 1, name: 'model.pt', role: 'native', format: 'pytorch', size: 13_824_512, digest: 'sha256:5b1f0c2d9a7e4436b8e1c0ffee215577aa90d3e48812b6c4f9a07e6655d1c2ab', check_state: 'unchecked' },
  { id: 2, name: 'model.onnx', role: 'onnx', format: 'onnx', size: 13_590_112, digest: 'sha256:aa90d3e48812b6c4f9a07e6655d1c2ab5b1f0c2d9a7e4436b8e1c0ffee215577', check_state: 'unchecked' },
  { id: 3, name: 'train.log', role: 'log', format: '', size: 41_200, digest: 'sha256:0c2d9a7e4436b8e1c0ffee215577aa90d3e48812b6c4f9a07e6655d1c2ab5b1f', check_state: 'unchecked' },
]

const PATHS: Record<RunState, RunState[]> = {
  queued: ['queued'], building: ['queued', 'building'], waiting: ['queued', 'waiting'], starting: ['queued', 'waiting', 'starting'], running: ['queued', 'waiting', 'starting', 'running'], stopping: ['queued', 'waiting', 'starting', 'running', 'stopping'], collecting: ['queued', 'waiting', 'starting', 'running', 'collecting'],
  succeeded: ['queued', 'building', 'waiting', 'starting', 'running', 'collecting', 'succeeded'], failed: ['queued', 'waiting', 'starting', 'running', 'collecting', 'failed'], stopped: ['queued', 'waiting', 'starting', 'running', 'stopping', 'collecting', 'stopped'], lost: ['queued', 'waiting', 'starting', 'running', 'lost'],
}
const changesOf = (state: RunState, reason: string): StateChange[] => PATHS[state].map((to_state, index, all) => ({ from_state: all[index - 1] ?? '', to_state, reason: index === all.length - 1 ? reason : to_state === 'waiting' ? 'Waits for 1 GPU; 1 of 2 is free, 2 CPUs are asked for.' : '', at: at(30 - index * 3) }))

const LOG_TAIL = 'Training started: 2026-03-02T10:14:07\nTraceback (most recent call last):\n  File "/workspace/train.py", line 88, in <module>\n    main()\n  File "/workspace/train.py", line 61, in main\n    loss.backward()\n\u001b[31mtorch.cuda.OutOfMemoryError: CUDA out of memory. Tried to allocate 512.00 MiB\u001b[0m\n'

function run(id: number, state: RunState, score: number | null, more: Partial<RunDetail> = {}): RunDetail {
  const done = PATHS[state].length > 5 || state === 'lost'
  const started = state === 'queued' || state === 'waiting' || state === 'building' ? null : at(21)
  return {
    id, name: `efficientnet-lite on Bean leaves ${id}`, project: 1, state, reason: '', phase: state === 'running' ? 'Epoch 6 of 10' : '', progress: state === 'running' ? 0.58 : null, score, score_name: 'Accuracy', dataset: { id: 12, name: 'Bean leaves', version: 1, version_id: 32 }, template: { id: 1, provider: 'Trainyard', category: 'Classification', architecture: 'EfficientNet-Lite', version: 2, version_id: 12 }, created_by: ANNA, created_at: at(24 + (90 - id) * 47), started_at: started, finished_at: done ? at(4) : null, duration: done ? 1012 + id : null, execution: 800 + id,
    can: done ? ['edit', 'rerun', 'score', 'delete'] : ['edit', 'rerun', 'score', 'stop'], config: { ...DEFAULTS, epochs: 10 + (id % 3) * 5, 'batch-size': 16 }, presets: PRESETS, export_config: id % 2 === 0 ? exportConfig.defaults : null, merged_config: { ...DEFAULTS, ...PRESETS }, arguments: '--architecture efficientnet_lite0 --pretrained --epochs 15 --batch-size 16 --img-size 224 --optimizer AdamW --learning-rate 0.001 --weight-decay 0.01 --patience 0 --freeze 0 --output-dir /train --images-dir /datasets/images --labels-dir /datasets/labels', cause: null, resources: RESOURCES, grants: [], changes: changesOf(state, more.reason ?? ''),
    attempt: started ? { id: id * 3, number: 1, exit_code: done ? 0 : null, out_of_memory: false, timed_out: false, limit_hit: '', kill_sent_at: null, message: '', host: 'yard-1', image_reference: 'trainyard/efficientnet-lite:4f2a91', started_at: started, finished_at: done ? at(4) : null, image_digest: 'sha256:77aa12', log_bytes: 41_200, log_lines: 640, log_dropped_bytes: 0, log_complete: done } : null, image: { tag: 'trainyard/efficientnet-lite:4f2a91', digest: 'sha256:77aa12', state: 'ready', size_bytes: 1_903_000_000, execution: 901 }, score_regexp: 'Accuracy:\\s+(\\d+\\.\\d+)', score_line: score === null ? '' : `Test Accuracy: ${score.toFixed(4)}`, score_message: '', outputs: state === 'succeeded' ? [{ model: 61, model_name: 'EfficientNet-Lite', model_version: 71, number: 1, files: modelFiles }] : [], parent: null, expected_duration: 1100, log_tail: '', dataset_version: 32, template_version: 12, metric_messages: {}, origin: 'form', what_to_do: state === 'failed' ? 'Run it again with a smaller batch or image size.' : '', ...more,
  }
}
export const runs: RunDetail[] = [
  run(90, 'running', null), run(89, 'waiting', null, { name: 'ssdlite on Blood cells', reason: 'Waits for 1 GPU: both are in use.', dataset: { id: 11, name: 'Blood cells', version: 3, version_id: 31 }, template: { id: 3, provider: 'Trainyard', category: 'Detection', architecture: 'SSDlite', version: 1, version_id: 31 } }),
  run(88, 'succeeded', 0.941), run(87, 'failed', null, { reason: 'train.py ended with exit code 1.', cause: 'user', log_tail: LOG_TAIL, attempt: { id: 261, number: 1, exit_code: 1, out_of_memory: false, timed_out: false, limit_hit: '', kill_sent_at: null, message: '', host: 'yard-1', image_reference: '', started_at: at(20), finished_at: at(4), image_digest: '', log_bytes: 5210, log_lines: 97, log_dropped_bytes: 0, log_complete: true } }),
  run(86, 'building', null, { name: 'mask r-cnn on Maize kernels', dataset: { id: 13, name: 'Maize kernels', version: 2, version_id: 33 }, template: { id: 4, provider: 'Orchard', category: 'Instance Segmentation', architecture: 'Mask R-CNN', version: 1, version_id: 41 } }),
  run(85, 'succeeded', 0.926), run(84, 'stopped', 0.881, { reason: 'Stopped by ben.' }), run(83, 'lost', null, { reason: 'The host has not answered for ten minutes.', cause: 'platform' }), run(82, 'succeeded', 0.7349),
]
export const models: Model[] = [
  { id: 61, name: 'EfficientNet-Lite (Trainyard) [Bean leaves]', description: 'The one that runs in the greenhouse.', project: 1, latest_version: { id: 71, number: 2, score: 0.941, score_name: 'Accuracy', formats: ['pytorch', 'onnx'], size: 27_414_624, created_at: at(1200) }, version_count: 2, created_at: at(60 * 24 * 4), updated_at: at(60), can: ['edit', 'delete'], versions: [{ id: 71, number: 2, score: 0.941, score_name: 'Accuracy', formats: ['pytorch', 'onnx'], size: 27_414_624, created_at: at(1200) }, { id: 70, number: 1, score: 0.926, score_name: 'Accuracy', formats: ['pytorch'], size: 13_824_512, created_at: at(5000) }] },
  { id: 62, name: 'SSDlite (Trainyard) [Digits in scenes]', description: '', project: 1, latest_version: { id: 72, number: 1, score: 0.612, score_name: 'mAP@.5:.95', formats: ['pytorch'], size: 9_212_000, created_at: at(1800) }, version_count: 1, created_at: at(60 * 30), updated_at: at(60), can: ['edit', 'delete'], versions: [{ id: 72, number: 1, score: 0.612, score_name: 'mAP@.5:.95', formats: ['pytorch'], size: 9_212_000, created_at: at(1800) }] },
]
export const modelVersion = (id: number): ModelVersion => ({ id, number: id === 70 ? 1 : 2, model: { id: 61, name: 'EfficientNet-Lite' }, project: 1, can: ['delete'], score: 0.941, score_name: 'Accuracy', class_names: ['angular_leaf_spot', 'bean_rust', 'healthy'], metadata: { input_shape: [1, 3, 224, 224], framework: 'torch 2.9', mean: [0.498, 0.498, 0.498] }, files: modelFiles, created_at: at(60 * 20), run: { id: 88, name: 'efficientnet-lite on Bean leaves 88' } })

export function logText(lines: number): string {
  const head = ['\u001b[36mData set 12: 300 images, 300 annotated\u001b[0m', '/minio/datasets/12', 'Setup started: 2026-03-02T10:13:55', 'Train images: 240, test images: 60', 'Classes: angular_leaf_spot, bean_rust, healthy', 'Setup ended: 2026-03-02T10:14:01', 'Training started: 2026-03-02T10:14:07']
  const body = Array.from({ length: lines }, (_, index) => {
    const epoch = Math.floor(index / 20) + 1
    const step = (index % 20) + 1
    if (step === 20) return `\u001b[32mepoch ${epoch}\u001b[0m train/loss ${(1.2 / epoch + 0.1).toFixed(4)} val/loss ${(1.3 / epoch + 0.15).toFixed(4)} val/accuracy ${(0.96 - 0.5 / epoch).toFixed(4)}`
    if (index % 57 === 3) return '\u001b[33mUserWarning: the learning rate scheduler was called before the optimizer\u001b[0m'
    return `  step ${String(step).padStart(2)}/20  loss ${(1.2 / epoch + 0.1 + Math.sin(index) * 0.05).toFixed(4)}  lr 1.0e-03  ${(38 + Math.cos(index) * 3).toFixed(1)} images/s`
  })
  return [...head, ...body].join('\n') + '\n'
}

export function points(name: string): { steps: number[]; values: (number | null)[]; times: string[] } {
  const total = name.startsWith('system') ? 60 : 200
  const noise = random(name.length * 31)
  const steps = Array.from({ length: total }, (_, index) => index + 1)
  const values = steps.map((step) => {
    const fall = 1.4 * Math.exp(-step / 45) + 0.12 + (noise() - 0.5) * 0.12
    if (name.includes('loss')) return name.startsWith('val') && step === 70 ? null : Math.max(0.02, fall)
    if (name.includes('gpu')) return 70 + noise() * 25
    if (name.includes('rate')) return 0.001 * 0.97 ** step
    return Math.min(0.99, 0.97 - fall * 0.45)
  })
  return { steps, values, times: steps.map((step) => at((total - step) / 6)) }
}
export const METRICS = ['train/loss', 'train/learning_rate', 'val/loss', 'val/accuracy', 'system/gpu', 'f1']
