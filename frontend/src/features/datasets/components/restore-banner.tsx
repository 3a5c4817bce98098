import { useQuery } from '@tanstack/react-query'
import type { Dataset } from '@/api/types'
import { lastRestoreQuery } from '@/features/datasets/api/versions'
import { useFollowed } from '@/features/datasets/components/use-followed'
import { WorkProgress } from '@/features/datasets/components/work-progress'

/** A version that is being brought back, or could not be; nothing otherwise. */
export function RestoreBanner({ dataset }: { dataset: Dataset }) {
  const { data: restore } = useQuery(lastRestoreQuery(dataset.id))
  useFollowed(restore)
  if (!restore) return null
  return <WorkProgress work={restore} doing={`Version ${restore.version} is being brought back.`} failed={`Version ${restore.version} could not be brought back`} />
}
