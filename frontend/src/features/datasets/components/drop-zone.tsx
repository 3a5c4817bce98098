import CloudUpload from '@mui/icons-material/CloudUploadOutlined'
import Box from '@mui/material/Box'
import Typography from '@mui/material/Typography'
import { useEffect, useRef, useState } from 'react'
import { filesFromDrop, type PickedFile } from '@/features/datasets/uploads/files-from-drop'

const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false

/** Takes files dropped anywhere on the page; says so while they hover. */
export function PageDropZone({ text, onFiles, disabled = false }: { text: string; onFiles: (files: PickedFile[]) => void; disabled?: boolean }) {
  const [over, setOver] = useState(false)
  const depth = useRef(0)
  const handler = useRef(onFiles)
  useEffect(() => {
    handler.current = onFiles
  }, [onFiles])
  useEffect(() => {
    if (disabled) return
    const enter = (event: DragEvent): void => {
      if (!hasFiles(event)) return
      event.preventDefault()
      depth.current += 1
      setOver(true)
    }
    const leave = (event: DragEvent): void => {
      if (!hasFiles(event)) return
      depth.current = Math.max(0, depth.current - 1)
      if (depth.current === 0) setOver(false)
    }
    const hover = (event: DragEvent): void => {
      if (hasFiles(event)) event.preventDefault()
    }
    const drop = (event: DragEvent): void => {
      depth.current = 0
      setOver(false)
      if (!hasFiles(event) || event.defaultPrevented || !event.dataTransfer) return
      event.preventDefault()
      void filesFromDrop(event.dataTransfer).then((files) => {
        if (files.length > 0) handler.current(files)
      })
    }
    window.addEventListener('dragenter', enter)
    window.addEventListener('dragleave', leave)
    window.addEventListener('dragover', hover)
    window.addEventListener('drop', drop)
    return () => {
      window.removeEventListener('dragenter', enter)
      window.removeEventListener('dragleave', leave)
      window.removeEventListener('dragover', hover)
      window.removeEventListener('drop', drop)
    }
  }, [disabled])
  if (!over) return null
  return (
    <Box
      sx={{
        position: 'fixed',
        inset: 12,
        zIndex: 'tooltip',
        pointerEvents: 'none',
        display: 'grid',
        placeItems: 'center',
        border: 3,
        borderStyle: 'dashed',
        borderColor: 'primary.main',
        borderRadius: 2,
        bgcolor: 'color-mix(in srgb, var(--mui-palette-background-paper) 88%, transparent)',
      }}
    >
      <Box sx={{ textAlign: 'center' }}>
        <CloudUpload color="primary" sx={{ fontSize: 48 }} />
        <Typography variant="h2" component="p">
          {text}
        </Typography>
      </Box>
    </Box>
  )
}
