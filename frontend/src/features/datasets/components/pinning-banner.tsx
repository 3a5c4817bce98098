import { useQuery } from '@tanstack/react-query'
import type { Dataset } from '@/api/types'
import { lastPinningQuery } from '@/features/datasets/api/versions'
import { useFollowed } from '@/features/datasets/components/use-followed'
import { WorkProgress } from '@/features/datasets/components/work-progress'

/** A version of a large data set that the worker makes, or could not make; nothing otherwise. */
export function PinningBanner({ dataset }: { dataset: Dataset }) {
  const { data: pinning } = useQuery(lastPinningQuery(dataset.id))
  useFollowed(pinning)
  if (!pinning) return null
  return <WorkProgress work={pinning} doing="A version is being made." failed="The version could not be made" />
}
