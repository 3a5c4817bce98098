import type { Part, PartCounts, SplitMethod } from '@/api/types'

export const PARTS: readonly Part[] = ['train', 'val', 'test']
export type PartOrNone = Part | 'none'

export const PART_LABELS: Record<PartOrNone, string> = { train: 'Train', val: 'Validation', test: 'Test', none: 'In no part' }

/** A part as it stands in a sentence. */
export const partWord = (part: string): string => (PART_LABELS[part as PartOrNone] ?? part).toLowerCase()

/** Told apart by people of any colour vision, on both papers; the word always stands beside. */
export const PART_COLORS: Record<PartOrNone, string> = { train: '#0f7fb8', val: '#d99a1c', test: '#b5559a', none: '#8b949c' }

export const METHOD_LABELS: Record<SplitMethod, string> = {
  random: 'Random',
  stratified: 'Stratified by class',
  group: 'By group',
  lists: 'From lists',
  manual: 'By hand',
}

export const total = (counts: PartCounts): number => PARTS.reduce((sum, part) => sum + (counts[part] ?? 0), 0)
