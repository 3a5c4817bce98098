import type { components } from '@/api/schema'

/*
 * What the API answers, in the words of the pages. Everything comes from the generated schema; free-form JSON, which
 * OpenAPI cannot describe (configurations, geometries, counts by name), is given its shape here.
 */
type Schemas = components['schemas']

/** An answer always holds all its fields; the schema calls some optional because a request may leave them out. */
type Whole<T> = T extends (infer Item)[] ? Whole<Item>[] : T extends object ? { -readonly [K in keyof T]-?: Whole<T[K]> } : T
type S = { [Name in keyof Schemas]: Whole<Schemas[Name]> }
type Over<Base, Change> = Omit<Base, keyof Change> & Change

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
export type JsonObject = Record<string, Json>

export interface Page<T> {
  count: number
  next?: string | null
  previous?: string | null
  results: T[]
}

export type UserBrief = S['UserBrief']
export type SessionUser = S['SessionUser']
export type Session = S['Session']
export type Project = S['Project']
export type Role = S['Member']['role']
export type Member = S['Member']
export type SignedInDevice = S['SessionList']
export type ApiToken = S['Token']
export type NewApiToken = S['TokenCreated']
export type Severity = S['SeverityEnum']
export type Finding = S['Finding']

// --- data sets

export type ShapeKind = S['Shape']['kind']
export type Pair = [number, number]
export interface SkeletonPoint {
  label: string
  x: number
  y: number
  outside: boolean
  occluded: boolean
}
type ShapeBase = Over<Omit<S['Shape'], 'kind' | 'geometry'>, { attributes: JsonObject }>
export type Shape = ShapeBase &
  (
    | { kind: 'box'; geometry: { x1: number; y1: number; x2: number; y2: number; rotation?: number } }
    | { kind: 'polygon' | 'polyline' | 'points' | 'cuboid'; geometry: { points: Pair[] } }
    | { kind: 'mask'; geometry: { left: number; top: number; width: number; height: number; rle: number[] } }
    | { kind: 'ellipse'; geometry: { cx: number; cy: number; rx: number; ry: number; rotation?: number } }
    | { kind: 'skeleton'; geometry: { points: SkeletonPoint[] } }
    | { kind: 'tag'; geometry: Record<string, never> }
  )
export type KindCounts = Partial<Record<ShapeKind, number>>
export type ImportState = S['ImportState']
export type Dataset = Over<S['Dataset'], { kind_counts: KindCounts }>
export type DatasetImage = Over<S['Image'], { shapes: Shape[] }>
export type DatasetVersion = Over<S['Version'], { kind_counts: KindCounts; label_counts: Record<string, number> }>
export type NamedReason = S['NameAndWhy']
export type ImportReport = S['ImportReport']
/** Lists of imports leave the report and the uploads out. */
export type DatasetImport = S['ImportBrief'] & Partial<Omit<S['Import'], 'report'>> & { report?: ImportReport | null }

// --- CVAT

export type CvatServer = S['CvatServer']
export type CvatServerInput = Schemas['CvatServerInputRequest']
export type CvatServerChange = Schemas['PatchedCvatServerChangeRequest']
export type CvatReport = Schemas['CvatReport']
export type CvatTransfer = Over<S['CvatTransfer'], { report: CvatReport }>
export type CvatLink = Over<S['CvatLink'], { images: CvatReport; last_pull: CvatTransfer | null }>
export type DatasetCvat = Over<S['DatasetCvat'], { link: CvatLink | null; current: CvatTransfer | null; history: CvatTransfer[] }>
export type CvatCreate = Schemas['CvatCreateRequest']
export type CvatLinkInput = Schemas['CvatLinkInputRequest']

// --- templates

export type ImageState = S['TemplateImage']['state']
export type Template = S['Template'] & Partial<Pick<S['TemplateDetail'], 'versions'>>
export type TemplateImage = S['TemplateImage']
export type TemplateBuild = S['TemplateBuild']
export type TemplateVersion = Over<
  S['TemplateVersion'],
  { config_schema: JsonObject; defaults: JsonObject; presets: JsonObject; metrics: Record<string, string> }
>
export type TemplateUploaded = S['TemplateUploaded']
export interface ConfigError {
  path: (string | number)[]
  message: string
  schema_path?: (string | number)[]
}
export type ConfigCheck = Over<S['ConfigChecked'], { config: JsonObject; errors: ConfigError[] }>
export type ExportConfig = Over<S['ExportConfig'], { schema: JsonObject; defaults: JsonObject }>

// --- executions, hosts, events

export type RunState = S['ExecutionState']
export type StateChange = S['StateChange']
export type Attempt = S['Attempt']
export type Resources = S['Requested']
export type Execution = S['Execution']
export type Device = S['Device']
export type Host = S['Host']
export interface PlatformEvent {
  id: number
  kind: string
  object_type: string
  object_id: number
  payload: JsonObject
  at: string
}

// --- runs

export type Run = S['Run']
export type RunOutput = S['RunOutput']
export type RunDetail = Over<
  S['RunDetail'],
  { config: JsonObject; presets: JsonObject; export_config: JsonObject | null; merged_config: JsonObject }
>
export type RunDefaults = S['RunDefaults']
export type RunCreate = Over<Schemas['RunCreateRequest'], { config: JsonObject; export_config: JsonObject | null; resources: Resources }>
export type MetricKey = S['MetricKey']
export type MetricSeries = S['Series']

// --- models

export type ModelFile = S['ModelFile']
export type ModelVersionBrief = S['ModelVersionBrief']
export type Model = S['Model'] & Partial<Pick<S['ModelDetail'], 'versions'>>
export type ModelVersion = Over<S['ModelVersion'], { metadata: JsonObject }>
