import { partWord } from '@/features/datasets/splits/parts'

/** The filter of the gallery, as it stands in the address: the same names and values that the API takes. */

export const RANGES = [
  { key: 'objects', label: 'Annotations per image', unit: '' },
  { key: 'width', label: 'Image width', unit: 'px' },
  { key: 'height', label: 'Image height', unit: 'px' },
  { key: 'shape_width', label: 'Shape width', unit: 'px' },
  { key: 'shape_height', label: 'Shape height', unit: 'px' },
  { key: 'shape_area', label: 'Shape area', unit: 'px²' },
  { key: 'shape_aspect', label: 'Shape width ÷ height', unit: '' },
] as const

const MANY = ['label', 'label_all', 'label_none', 'kind', 'part', 'finding'] as const
const ONE = ['search', 'annotated', 'dataset_import', 'ordering'] as const
const CENTER = ['center_x_min', 'center_x_max', 'center_y_min', 'center_y_max'] as const
const RANGE_KEYS: string[] = RANGES.flatMap(({ key }) => [`${key}_min`, `${key}_max`])
export type ManyKey = (typeof MANY)[number]
export const ORDERINGS = [
  { value: 'name', label: 'name' },
  { value: '-id', label: 'newest first' },
  { value: '-shape_count', label: 'most annotations' },
  { value: 'shape_count', label: 'fewest annotations' },
  { value: '-size', label: 'largest files' },
  { value: 'size', label: 'smallest files' },
]

const KNOWN = new Set<string>([...MANY, ...ONE, ...CENTER, ...RANGE_KEYS])

/** The part of an address that is the filter and the order, always written the same way. */
export function filterOf(params: URLSearchParams): string {
  const known = [...params].filter(([key, value]) => KNOWN.has(key) && value !== '')
  known.sort(([a, x], [b, y]) => a.localeCompare(b) || x.localeCompare(y))
  return new URLSearchParams(known).toString()
}

export interface FilterChip {
  text: string
  /** The filter without it. */
  without: URLSearchParams
}

function without(params: URLSearchParams, drop: (key: string, value: string) => boolean): URLSearchParams {
  return new URLSearchParams([...params].filter(([key, value]) => !drop(key, value)))
}

const WORDS: Record<Exclude<ManyKey, 'finding'>, (value: string) => string> = {
  label: (value) => value,
  label_all: (value) => `all: ${value}`,
  label_none: (value) => `without ${value}`,
  kind: (value) => value,
  part: partWord,
}

function span(low: string | null, high: string | null, unit: string): string {
  const tail = unit ? ` ${unit}` : ''
  if (low !== null && high !== null) return low === high ? `${low}${tail}` : `${low} to ${high}${tail}`
  return low !== null ? `≥ ${low}${tail}` : `≤ ${high ?? ''}${tail}`
}

/** What is filtered by, in words (findings by their titles), each with the filter that is left when it is taken off. */
export function chipsOf(params: URLSearchParams, findingTitle: (code: string) => string = (code) => code): FilterChip[] {
  const chips: FilterChip[] = []
  for (const key of MANY) {
    for (const value of params.getAll(key)) chips.push({ text: key === 'finding' ? findingTitle(value) : WORDS[key](value), without: without(params, (k, v) => k === key && v === value) })
  }
  for (const { key, label, unit } of RANGES) {
    const [low, high] = [params.get(`${key}_min`), params.get(`${key}_max`)]
    if (low !== null || high !== null) chips.push({ text: `${label} ${span(low, high, unit)}`, without: without(params, (k) => k === `${key}_min` || k === `${key}_max`) })
  }
  if (CENTER.some((key) => params.has(key))) chips.push({ text: 'shape centred in one spot', without: without(params, (k) => (CENTER as readonly string[]).includes(k)) })
  const annotated = params.get('annotated')
  if (annotated) chips.push({ text: annotated === 'true' ? 'annotated' : 'not annotated', without: without(params, (k) => k === 'annotated') })
  const search = params.get('search')
  if (search) chips.push({ text: `name has “${search}”`, without: without(params, (k) => k === 'search') })
  const brought = params.get('dataset_import')
  if (brought) chips.push({ text: `from import ${brought}`, without: without(params, (k) => k === 'dataset_import') })
  return chips
}

/** The address's parameters with one value of a key put in or taken out. */
export function toggled(params: URLSearchParams, key: ManyKey, value: string): URLSearchParams {
  if (params.getAll(key).includes(value)) return without(params, (k, v) => k === key && v === value)
  const next = new URLSearchParams(params)
  next.append(key, value)
  return next
}
