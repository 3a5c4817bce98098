import FolderOpen from '@mui/icons-material/FolderOpenOutlined'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import { useQueryClient } from '@tanstack/react-query'
import { useRef } from 'react'
import { importQuery } from '@/features/datasets/api/datasets'
import { filesFromInput } from '@/features/datasets/uploads/files-from-drop'
import type { Target } from '@/features/datasets/uploads/upload-job'
import { continueUpload } from '@/features/datasets/uploads/upload-manager'
import { messageOf } from '@/lib/errors'
import { toast } from '@/lib/toasts'

/** Chooses the files of a cut-off upload again; what the server has already is not sent twice. */
export function ContinueUploadButton({ target, importId }: { target: Target; importId: number }) {
  const input = useRef<HTMLInputElement>(null)
  const folder = useRef<HTMLInputElement>(null)
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
      <input ref={folder} type="file" hidden aria-label="Folder to go on with" {...{ webkitdirectory: '' }} onChange={(event) => void picked(event.target.files)} />
      <Box sx={{ display: 'flex', gap: 2, flexWrap: 'wrap', mt: 2 }}>
        <Button variant="outlined" startIcon={<FolderOpen />} onClick={() => folder.current?.click()}>
          Choose the folder again
        </Button>
        <Button onClick={() => input.current?.click()}>Choose the files again</Button>
      </Box>
    </>
  )
}
