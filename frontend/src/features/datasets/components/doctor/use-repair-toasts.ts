import { useEffect, useRef } from 'react'
import type { Repair } from '@/api/types'
import { isWorking } from '@/features/datasets/api/doctor'
import { toast } from '@/lib/toasts'

/** Says how repairs ended that were at work while somebody looked, and offers the way back. */
export function useRepairToasts(repairs: Repair[] | undefined, mayEdit: boolean, onUndo: (repair: Repair) => void): void {
  const working = useRef<ReadonlySet<number>>(new Set())
  useEffect(() => {
    if (!repairs) return
    for (const repair of repairs) {
      if (!working.current.has(repair.id) || isWorking(repair.state)) continue
      if (repair.undone_at) toast(`Undone: ${repair.title.toLowerCase()}. The data set is what it was before.`)
      else if (repair.state === 'failed') toast(repair.message, 'error')
      else if (repair.message.startsWith('It could not')) toast(repair.message, 'error')
      else toast(repair.summary, 'success', mayEdit && repair.can_undo ? { label: 'Undo', run: () => onUndo(repair) } : undefined)
    }
    working.current = new Set(repairs.filter((repair) => isWorking(repair.state)).map((repair) => repair.id))
  }, [repairs, mayEdit, onUndo])
}
