import type { LabelRow } from '@/api/types'
import { readStored, writeStored } from '@/lib/use-stored'

const key = (dataset: number): string => `trainyard-class-${dataset}`

/** The class that somebody drew with last in this browser, for the next image. */
export const keepClass = (dataset: number, name: string): void => writeStored(key(dataset), name)

/** The class to begin with: the one chosen last, or else the one that most shapes have. */
export function firstClass(dataset: number, labels: LabelRow[]): string {
  const last = readStored(key(dataset))
  if (last !== null && labels.some((label) => label.name === last)) return last
  const [most] = [...labels].sort((a, b) => (b.shape_count ?? 0) - (a.shape_count ?? 0))
  return most?.name ?? 'object'
}
