import { useQuery } from '@tanstack/react-query'
import type { DatasetVersion } from '@/api/types'
import { versionListQuery } from '@/features/datasets/api/versions'
import type { RunDraft } from '@/features/runs/components/run-draft'

export interface NamedVersion {
  /** Those that a run can be started on, the newest first; undefined while they load. */
  versions: DatasetVersion[] | undefined
  /** The one that the draft names; undefined too when it names none. */
  version: DatasetVersion | undefined
  /** What stands in the way of it. */
  problem: string | null
}

/** The version of its data set that a draft names. Archived ones are not offered. */
export function useNamedVersion({ dataset, datasetVersion }: RunDraft): NamedVersion {
  const list = useQuery({ ...versionListQuery(dataset ?? 0), enabled: dataset !== null, placeholderData: undefined })
  const versions = list.data?.results
  const version = versions?.find((one) => one.number === datasetVersion)
  const isGone = datasetVersion !== null && versions !== undefined && version === undefined
  return { versions, version, problem: isGone ? `Version ${datasetVersion} is archived or deleted. Choose another one.` : null }
}
