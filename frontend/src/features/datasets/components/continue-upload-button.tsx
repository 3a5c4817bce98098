import FolderOpen from '@mui/icons-material/FolderOpenOutlined'
import Button from '@mui/material/Button'
import { useQueryClient } from '@tanstack/react-query'
import { useRef } from 'react'
import { importQuery } from '@/features/datasets/api/datasets'
import { filesFromInput } from '@/features/datasets/uploads/files-from-drop'
import { continueUpload, type Target } from '@/features/datasets/uploads/upload-manager'
import { messageOf } from '@/lib/errors'
import { toast } from '@/lib/toasts'

/** Chooses the files of a cut-off upload again; what the server has already is not sent twice. */
export function ContinueUploadButton({ target, importId }: { target: Target; importId: number }) {
  const input = useRef<HTMLInputElement>(null)
  const client = useQueryClient()
  const picked = async (list: FileList | null): Promise<void> => {
    const files = filesFromInput(list)
    if (files.length === 0) return
    try {
      continueUpload(target, await client.fetchQuery({ ...importQuery(importId), staleTime: 0 }), files)
    } catch (error) {
      toast(messageOf(error), 'error')
    }
  }
  return (
    <>
      <input ref={input} type="file" multiple hidden aria-label="Files to go on with" onChange={(event) => void picked(event.target.files)} />
      <Button variant="outlined" startIcon={<FolderOpen />} onClick={() => input.current?.click()} sx={{ mt: 2 }}>
        Choose the files again
      </Button>
    </>
  )
}
