import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useReducer, useRef, useState, type Dispatch } from 'react'
import type { ImageDetail, Shape } from '@/api/types'
import { imageQuery, saveShapes } from '@/features/datasets/api/gallery'
import { readDraft, writeDraft, type Draft } from '@/features/datasets/editor/draft'
import type { Conflict } from '@/features/datasets/editor/conflict-dialog'
import { useLeaveNotice } from '@/features/datasets/editor/use-leave-notice'
import { edit, isSame, startEditing, toSend, type EditAction, type EditState } from '@/features/datasets/editor/edit-state'
import { ApiError, messageOf } from '@/lib/errors'
import { toast } from '@/lib/toasts'

export interface Editor {
  state: EditState
  dispatch: Dispatch<EditAction>
  dirty: boolean
  saving: boolean
  error: string
  conflict: Conflict | null
  /** When the work that was brought back from this browser was done. */
  restored: string | null
  save: () => Promise<void>
  discard: () => void
  takeTheirs: () => void
  keepMine: () => void
  closeConflict: () => void
}

/** The shapes of one image while somebody changes them; unsaved work is kept in this browser. */
export function useEditor(dataset: number, image: ImageDetail, enabled: boolean): Editor {
  const client = useQueryClient()
  const [draft] = useState<Draft | null>(() => (enabled ? readDraft(dataset, image.id) : null))
  // The revision and shapes that the drawing began with.
  const [base, setBase] = useState<{ revision: number; shapes: Shape[] }>({ revision: draft?.revision ?? image.revision, shapes: image.shapes })
  const [state, dispatch] = useReducer(edit, draft?.shapes ?? image.shapes, startEditing)
  const [restored, setRestored] = useState(draft?.at ?? null)
  const [saving, setSaving] = useState(false)
  const underWay = useRef<Promise<void> | null>(null)
  const [error, setError] = useState('')
  const [conflict, setConflict] = useState<Conflict | null>(null)
  const dirty = !isSame(state.shapes, base.shapes)

  // Somebody else's change is taken over as long as nothing of ours would be lost by it.
  if (image.revision > base.revision && !dirty && !saving) {
    setBase({ revision: image.revision, shapes: image.shapes })
    dispatch({ type: 'reset', shapes: image.shapes })
  }
  useLeaveNotice(dataset, image, underWay)
  useEffect(() => {
    if (enabled) writeDraft(dataset, image.id, dirty ? { revision: base.revision, shapes: state.shapes, at: new Date().toISOString() } : null)
  }, [enabled, dataset, image.id, dirty, base.revision, state.shapes])

  const begin = (from: ImageDetail): void => {
    setBase({ revision: from.revision, shapes: from.shapes })
    dispatch({ type: 'reset', shapes: from.shapes })
    setRestored(null)
    setError('')
    setConflict(null)
  }
  const send = async (revision: number): Promise<void> => {
    setSaving(true)
    setError('')
    try {
      const saved = await saveShapes(dataset, image.id, revision, toSend(state.shapes))
      client.setQueryData(imageQuery(dataset, image.id).queryKey, saved)
      writeDraft(dataset, image.id, null) // nobody else does when the page was left meanwhile
      begin(saved)
      toast('Saved.')
      void client.invalidateQueries({ queryKey: ['datasets', 'detail', dataset] })
    } catch (caught) {
      if (caught instanceof ApiError && caught.code === 'changed_meanwhile') {
        const theirs = await client.fetchQuery({ ...imageQuery(dataset, image.id), staleTime: 0 })
        const { edited_by: by, edited_at: at } = caught.extra
        setConflict({ message: caught.message, by: typeof by === 'string' ? by : null, at: typeof at === 'string' ? at : null, theirs })
      } else setError(messageOf(caught))
    } finally {
      setSaving(false)
    }
  }
  const start = (revision: number): Promise<void> => (underWay.current = send(revision))
  return {
    state,
    dispatch,
    dirty,
    saving,
    error,
    conflict,
    restored,
    save: () => start(base.revision),
    discard: () => begin(image),
    takeTheirs: () => conflict && begin(conflict.theirs),
    keepMine: () => {
      if (!conflict) return
      setConflict(null)
      void start(conflict.theirs.revision)
    },
    closeConflict: () => setConflict(null),
  }
}
