import type { Shape } from '@/api/types'
import { readStored, writeStored } from '@/lib/use-stored'

/** What somebody drew and has not saved yet, kept in this browser. */
export interface Draft {
  revision: number
  shapes: Shape[]
  at: string
}

const key = (dataset: number, image: number): string => `trainyard-shapes-${dataset}-${image}`

export function readDraft(dataset: number, image: number): Draft | null {
  const text = readStored(key(dataset, image))
  if (!text) return null
  try {
    const draft = JSON.parse(text) as Partial<Draft>
    return typeof draft.revision === 'number' && Array.isArray(draft.shapes) && typeof draft.at === 'string' ? (draft as Draft) : null
  } catch {
    return null
  }
}

export function writeDraft(dataset: number, image: number, draft: Draft | null): void {
  writeStored(key(dataset, image), draft ? JSON.stringify(draft) : null)
}
