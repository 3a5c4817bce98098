import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { isUnderWay } from '@/features/datasets/api/pending'
import { toast } from '@/lib/toasts'

/** When work that was seen under way has ended, all that is shown of data sets is asked for again, and success is told. */
export function useFollowed(work: { id: number; state: string; message: string } | null | undefined): void {
  const client = useQueryClient()
  const followed = useRef<number | null>(null)
  const goes = isUnderWay(work)
  useEffect(() => {
    if (!work) return
    if (goes) followed.current = work.id
    else if (followed.current === work.id) {
      followed.current = null
      void client.invalidateQueries({ queryKey: ['datasets'] })
      if (work.state === 'succeeded') toast(work.message)
    }
  }, [work, goes, client])
}
