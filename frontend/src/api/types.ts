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
type Geometries =
    | { kind: 'box'; geometry: { x1: number; y1: number; x2: number; y2: number; rotation?: number } }
    | { kind: 'polygon' | 'polyline' | 'points' | 'cuboid'; geometry: { points: Pair[] } }
    | { kind: 'mask'; geometry: { left: number; top: number; width: number; height: number; rle: number[] } }
    | { kind: 'ellipse'; geometry: { cx: number; cy: number; rx: number; ry: number; rotation?: number } }
    | { kind: 'skeleton'; geometry: { points: SkeletonPoint[] } }
    | { kind: 'tag'; geometry: Record<string, never> }
/** What is needed to draw a shape. */
export type DrawnShape = Omit<S['OverlayShape'], 'kind' | 'geometry'> & Geometries
export type Shape = ShapeBase & Geometries
export type KindCounts = Partial<Record<ShapeKind, number>>
export type ImportState = S['ImportState']
export type Dataset = Over<S['Dataset'], { kind_counts: KindCounts }>
export type GalleryImage = Over<S['GalleryImage'], { shapes: DrawnShape[] }>
export interface GalleryWindow {
  count: number
  offset: number
  results: GalleryImage[]
}
export type GalleryFacets = S['Facets']
export type ImageDetail = Over<S['ImageDetail'], { shapes: Shape[] }>
export type ImagePlace = S['Place']
export type Statistics = S['Statistics']
/** How the worker is getting on with what was asked for. */
export type Pending = S['Pending']
/** The answer while there is none yet. */
export type OnItsWay = S['OnItsWay']
export type LabelRow = S['Label']
export type DatasetImage = Over<S['Image'], { shapes: Shape[] }>
export type DatasetVersion = Over<S['Version'], { kind_counts: KindCounts; label_counts: Record<string, number>; split_counts: PartCounts }>
export type Part = S['SplitPart']
export type PartCounts = Partial<Record<Part, number>>
export type SplitMethod = S['SplitMethod']
export type GroupSource = S['SplitGroupSource']
export type Split = Over<S['Split'], { counts: PartCounts }>
export type ClassParts = S['ClassParts']
export type SplitDetail = Over<S['SplitDetail'], { counts: PartCounts }>
export type SplitPreview = Over<S['Preview'], { counts: PartCounts }>
export type SplitImage = Over<S['SplitImage'], { labels: Record<string, number> }>
export type SplitMoved = Over<S['Moved'], { split: Split }>
export type Leak = S['Leak']
export type Leaks = S['Leaks']
export interface SplitRecipe {
  method: SplitMethod
  shares: Record<Part, number>
  seed: number
  group_by: GroupSource | ''
  pattern: string
  near_bits: number | null
}
export type SplitLists = Record<string, Json>
type Drawn<One> = One extends { id: number } ? Omit<One, 'id'> : never
/** A shape of a version; it has a place in its image and no id. */
export type DatumShape = Drawn<Shape> & { source: string; group: number }
export type Datum = Over<S['DatumListed'], { shapes?: DatumShape[] }>
export type SeenImage = Over<S['Seen'], { shapes: DatumShape[] }>
export type ChangedImage = Over<S['Changed'], { before: SeenImage | null; after: SeenImage | null }>
export type ChangeKind = ChangedImage['changes'][number]
export type Comparison = S['Comparison']
export type Restore = S['Restore']
export type Pinning = S['Pinning']
export type NamedReason = S['NameAndWhy']
export type ImportReport = S['ImportReport']
export type AnnotationFormat = S['Format']
export type Loss = S['Loss']
export type LossEffect = Loss['effect']
export type LossReport = S['LossReport']
export type Conversion = S['Conversion']
/** Lists of imports leave the report and the uploads out. */
export type Upload = S['Upload']
export type DatasetImport = S['ImportBrief'] & Partial<Omit<S['Import'], 'report'>> & { report?: ImportReport | null }

export type FindingImage = S['FindingImage']
export type ClassExample = Over<S['ClassExample'], { shape: Shape }>
export type DatasetFinding = Over<
  S['DatasetFinding'],
  { shape: Shape | null; other_shape: Shape | null; classes: ClassExample[] }
>
export type Remedy = S['Remedy']
export type FindingKind = Over<S['FindingKind'], { examples: DatasetFinding[] }>
export type ExaminationOptions = S['ExaminationOptions']
export type Examination = Over<S['Examination'], { kinds: FindingKind[] }>
export type RepairShape = Pick<Shape, 'kind' | 'label' | 'geometry'>
export type RepairExample = Over<S['RepairExample'], { before: RepairShape[]; after: RepairShape[] | null }>
export type RepairPreview = Over<S['RepairPreview'], { examples: RepairExample[] }>
export type Repair = S['Repair']
export interface RepairRequest {
  finding: string
  repair: string
  findings?: number[]
  options?: { into?: number; keep?: 'labelled' | 'first' }
}
export type ImportOptions = S['ImportOptionsRequest']
export type NameConflict = S['Conflict']
export type ConflictAnswer = S['ConflictAnswer']
export type ConflictAnswers = S['AnswersRequest']
export type BucketImport = S['BucketImportRequest']
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
