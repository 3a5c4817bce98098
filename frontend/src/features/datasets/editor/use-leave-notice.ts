import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, type RefObject } from 'react'
import type { ImageDetail } from '@/api/types'
import { imageQuery } from '@/features/datasets/api/gallery'
import { readDraft } from '@/features/datasets/editor/draft'
import { isNotFound } from '@/lib/errors'
import { toast } from '@/lib/toasts'

/** Says on leaving an image that work on it is not saved, and where it is; what is just being saved is waited for. */
export function useLeaveNotice(dataset: number, { id, name }: ImageDetail, saving: RefObject<Promise<void> | null>): void {
  const client = useQueryClient()
  const coming = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => {
    const say = async (): Promise<void> => {
      await saving.current?.catch(() => undefined)
      const isGone = isNotFound(client.getQueryState(imageQuery(dataset, id).queryKey)?.error)
      if (isGone || !readDraft(dataset, id)) return
      toast(`Your changes to ${name} are not saved yet; they are kept in this browser. Open it again to save them.`, 'info')
    }
    clearTimeout(coming.current)
    return () => {
      // A moment later: while developing, React takes a page away and puts it back to try it.
      coming.current = setTimeout(() => void say())
    }
  }, [client, dataset, id, name, saving])
}
