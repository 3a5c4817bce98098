import { useState, type ReactNode } from 'react'
import type { Repair } from '@/api/types'
import { ConfirmDialog } from '@/components/ui/confirm-dialog'
import { useUndoRepair } from '@/features/datasets/api/doctor'
import { ApiError, messageOf } from '@/lib/errors'
import { toast } from '@/lib/toasts'

/** Takes repairs back; asks first when later changes would go with one. The second part is the question, to be shown. */
export function useUndo(dataset: number): [(repair: Repair) => void, ReactNode] {
  const undo = useUndoRepair(dataset)
  const [asking, setAsking] = useState<{ repair: Repair; why: string } | null>(null)
  const start = (repair: Repair): void =>
    undo.mutate(
      { repair: repair.id, force: false },
      {
        onError: (error) => {
          if (error instanceof ApiError && error.code === 'changed_since') setAsking({ repair, why: error.message })
          else toast(messageOf(error), 'error')
        },
      },
    )
  const question = asking && (
    <ConfirmDialog
      open
      title={`Undo “${asking.repair.title}” and what came after it?`}
      confirm="Undo all of that"
      onConfirm={() => undo.mutateAsync({ repair: asking.repair.id, force: true })}
      onClose={() => setAsking(null)}
    >
      {asking.why}
    </ConfirmDialog>
  )
  return [start, question]
}
