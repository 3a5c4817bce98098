import type { JsonObject, Resources } from '@/api/types'
import { runDraftKey } from '@/config/storage-keys'
import { isObject } from '@/lib/json'
import { readStored, writeStored } from '@/lib/use-stored'

/** What somebody has chosen and typed for a run that is not submitted yet. */
export interface RunDraft {
  dataset: number | null
  /** The number of a version; null: the data set as it is now. */
  datasetVersion: number | null
  template: number | null
  version: number | null
  name: string
  /** The text of each version's configuration, so that trying another template loses nothing. */
  configs: Record<string, string>
  exportOn: boolean
  exportConfig: JsonObject | null
  resources: Resources | null
  /** Whether a data set that is linked to CVAT gets its annotations from there first. */
  pull: boolean
}

export const EMPTY_DRAFT: RunDraft = { dataset: null, datasetVersion: null, template: null, version: null, name: '', configs: {}, exportOn: false, exportConfig: null, resources: null, pull: true }

export function loadDraft(project: number): RunDraft {
  try {
    const stored: unknown = JSON.parse(readStored(runDraftKey(project)) ?? 'null')
    return isObject(stored) ? { ...EMPTY_DRAFT, ...(stored as unknown as Partial<RunDraft>) } : EMPTY_DRAFT
  } catch {
    return EMPTY_DRAFT
  }
}

export function saveDraft(project: number, draft: RunDraft | null): void {
  writeStored(runDraftKey(project), draft === null ? null : JSON.stringify(draft))
}
