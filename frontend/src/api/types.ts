/** What the API answers, in the words of the pages. */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
export type JsonObject = Record<string, Json>

export interface Page<T> {
  count: number
  next: string | null
  previous: string | null
  results: T[]
}

export interface UserBrief {
  id: number
  username: string
}
export interface SessionUser extends UserBrief {
  email: string
  is_staff: boolean
  bucket: string
}
export interface Session {
  user: SessionUser | null
}

export type Role = 'viewer' | 'editor' | 'admin'
export interface Project {
  id: number
  name: string
  description: string
  role: Role
  member_count: number
  dataset_count?: number
  run_count?: number
  created_at: string
}
export interface Member {
  user: UserBrief
  role: Role
  created_at: string
}
export interface ApiToken {
  id: number
  name: string
  prefix: string
  created_at: string
  last_used_at: string | null
  expires_at: string | null
  revoked_at: string | null
}
export interface NewApiToken extends ApiToken {
  token: string
}

export type Severity = 'error' | 'warning' | 'info'
export interface Finding {
  severity: Severity
  code: string
  message: string
  file?: string | null
  line?: number | null
  column?: number | null
  hint?: string | null
}

// --- data sets

export type ShapeKind = 'box' | 'polygon' | 'polyline' | 'points' | 'mask' | 'ellipse' | 'cuboid' | 'skeleton' | 'tag'
export type Pair = [number, number]
export interface SkeletonPoint {
  label: string
  x: number
  y: number
  outside: boolean
  occluded: boolean
}
interface ShapeBase {
  id: number
  label: string
  attributes: JsonObject
  z_order: number
  occluded: boolean
}
export type Shape = ShapeBase &
  (
    | { kind: 'box'; geometry: { x1: number; y1: number; x2: number; y2: number; rotation?: number } }
    | { kind: 'polygon' | 'polyline' | 'points' | 'cuboid'; geometry: { points: Pair[] } }
    | { kind: 'mask'; geometry: { left: number; top: number; width: number; height: number; rle: number[] } }
    | { kind: 'ellipse'; geometry: { cx: number; cy: number; rx: number; ry: number; rotation?: number } }
    | { kind: 'skeleton'; geometry: { points: SkeletonPoint[] } }
    | { kind: 'tag'; geometry: Record<string, never> }
  )
export interface Label {
  id: number
  name: string
  color: string
  shape_count: number
}
export type ImportState = 'uploading' | 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled'
export interface Dataset {
  id: number
  project: number
  name: string
  description: string
  created_by: UserBrief | null
  created_at: string
  updated_at: string
  image_count: number
  annotated_count: number
  shape_count: number
  total_bytes: number
  labels: Label[]
  kind_counts: Partial<Record<ShapeKind, number>>
  latest_version: { id: number; number: number } | null
  active_import: { id: number; state: ImportState; progress: number | null } | null
  thumbnails: string[]
  can: string[]
}
export interface DatasetImage {
  id: number
  name: string
  width: number
  height: number
  size: number
  media_type: string
  shape_count: number
  url: string
  thumbnail_url: string
  shapes: Shape[]
}
export interface DatasetVersion {
  id: number
  number: number
  digest: string
  image_count: number
  annotated_count: number
  shape_count: number
  label_counts: Record<string, number>
  kind_counts: Partial<Record<ShapeKind, number>>
  total_bytes: number
  created_at: string
  created_by: UserBrief | null
  run_count?: number
}
export interface NamedReason {
  name: string
  why: string
}
export interface ImportReport {
  images: number
  annotated: number
  shapes: number
  matched: number
  unmatched_images: NamedReason[]
  unmatched_annotations: NamedReason[]
  skipped: NamedReason[]
  findings: Finding[]
  totals?: Record<string, number>
}
export interface Upload {
  id: string
  name: string
  size: number
  offset: number
}
export interface DatasetImport {
  id: number
  dataset: number
  state: ImportState
  progress: number | null
  message: string
  report: ImportReport | null
  created_at: string
  finished_at: string | null
  uploads?: Upload[]
}

// --- templates

export type ImageState = 'none' | 'building' | 'ready' | 'failed'
export interface TemplateBrief {
  id: number
  provider: string
  category: string
  architecture: string
}
export interface Template extends TemplateBrief {
  bundled: boolean
  project: number | null
  allow_network: boolean
  archived: boolean
  latest_version: { id: number; number: number; created_at: string; task_types: string[] } | null
  run_count: number
  summary: string
  can: string[]
  versions?: { id: number; number: number; created_at: string }[]
}
export interface TemplateImage {
  state: ImageState
  tag: string | null
  digest: string | null
  size_bytes: number | null
  execution: number | null
}
export interface TemplateVersion {
  id: number
  number: number
  template: TemplateBrief & { bundled: boolean; allow_network: boolean }
  config_schema: JsonObject
  defaults: JsonObject
  presets: JsonObject
  score_name: string
  score_regexp: string
  model_filepath: string
  metrics: Record<string, string>
  readme: string
  findings: Finding[]
  task_types: string[]
  base_image: string
  dockerfile: string
  created_at: string
  created_by: UserBrief | null
  image: TemplateImage
  can: string[]
}
export interface ConfigError {
  path: (string | number)[]
  message: string
  schema_path?: (string | number)[]
}
export interface ConfigCheck {
  valid: boolean
  config: JsonObject
  errors: ConfigError[]
  arguments: string
}
export interface ExportConfig {
  schema: JsonObject
  defaults: JsonObject
}

// --- executions, hosts, events

export type RunState =
  | 'queued'
  | 'building'
  | 'waiting'
  | 'starting'
  | 'running'
  | 'stopping'
  | 'collecting'
  | 'succeeded'
  | 'failed'
  | 'stopped'
  | 'lost'
export interface StateChange {
  from_state: RunState | null
  to_state: RunState
  reason: string
  at: string
}
export interface Attempt {
  id: number
  number: number
  exit_code: number | null
  out_of_memory: boolean
  timed_out: boolean
  message: string
  host: string | null
  image_digest: string | null
  log_bytes: number
  log_lines: number
  log_dropped_bytes: number
  log_complete: boolean
}
export interface Resources {
  cpus: number
  memory_bytes: number
  shared_memory_bytes: number
  gpus: number
  time_limit_seconds: number | null
}
export interface Execution {
  id: number
  kind: string
  title: string
  state: RunState
  reason: string
  cause: string | null
  created_at: string
  started_at: string | null
  finished_at: string | null
  changes: StateChange[]
  attempt: Attempt | null
  resources: Partial<Resources>
  can: string[]
}
export interface Device {
  index: number
  name: string
  memory_bytes: number
  in_use?: boolean
  in_use_by?: number | string | null
}
export interface Host {
  name: string
  launcher: string
  launcher_reason: string
  cpus: number
  memory_bytes: number
  free: { cpus: number; memory_bytes: number; gpus: number }
  devices: Device[]
  seen_at: string
  queue: { waiting: number; running: number }
}
export interface PlatformEvent {
  id: number
  kind: string
  object_type: string
  object_id: number
  payload: JsonObject
  at: string
}

// --- runs

export interface Run {
  id: number
  name: string
  project: number
  state: RunState
  reason: string
  phase: string
  progress: number | null
  score: number | null
  score_name: string
  dataset: { id: number; name: string; version: number } | null
  template: (TemplateBrief & { version: number; version_id?: number }) | null
  created_by: UserBrief | null
  created_at: string
  started_at: string | null
  finished_at: string | null
  duration: number | null
  execution: number | null
  can: string[]
}
export interface RunOutput {
  model: number
  model_name?: string
  model_version: number
  number: number
  files: ModelFile[]
}
export interface RunDetail extends Run {
  template_version?: number
  config: JsonObject
  presets: JsonObject
  export_config: JsonObject | null
  merged_config: JsonObject
  arguments: string
  cause: string | null
  resources: Resources
  changes: StateChange[]
  attempt: Attempt | null
  image: Partial<TemplateImage> | null
  score_regexp: string
  score_line: string
  score_message: string
  outputs: RunOutput[]
  parent: number | null
  expected_duration: number | null
  log_tail: string
}
export interface RunDefaults {
  resources: Resources
  maximum: Resources
}
export interface RunCreate {
  project: number
  dataset: number
  dataset_version?: number
  template_version: number
  name?: string
  config: JsonObject
  export_config: JsonObject | null
  resources: Resources
  parent?: number
}
export interface MetricKey {
  name: string
  point_count: number
  last_value: number | null
}
export interface MetricSeries {
  name: string
  steps: (number | null)[]
  values: (number | null)[]
  times: (string | number)[]
  last_sequence: number
}

// --- models

export interface ModelFile {
  id: number
  name: string
  role: string
  format: string | null
  size: number
  digest: string
  check_state: string | null
}
export interface ModelVersionBrief {
  id: number
  number: number
  score: number | null
  score_name: string
  formats: string[]
  size: number
  created_at?: string
}
export interface Model {
  id: number
  name: string
  description: string
  project: number
  latest_version: ModelVersionBrief | null
  version_count: number
  created_at: string
  can: string[]
  versions?: ModelVersionBrief[]
}
export interface ModelVersion {
  id: number
  number: number
  model: number | { id: number; name: string }
  score: number | null
  score_name: string
  class_names: string[]
  metadata: JsonObject
  files: ModelFile[]
  created_at: string
  run: { id: number; name: string } | null
  can?: string[]
}
