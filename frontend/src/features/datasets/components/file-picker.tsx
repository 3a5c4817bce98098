import CloudUpload from '@mui/icons-material/CloudUploadOutlined'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Typography from '@mui/material/Typography'
import { useRef } from 'react'
import { filesFromDrop, filesFromInput, type PickedFile } from '@/features/datasets/uploads/files-from-drop'
import { bytes, plural } from '@/lib/format'

const LABELS = /\.(xml|json|csv|tsv|txt|ya?ml)$/i

interface Props {
  files: PickedFile[]
  onFiles: (files: PickedFile[]) => void
}

/** A place to drop files and folders, with buttons for those who do not drag. */
export function FilePicker({ files, onFiles }: Props) {
  const fileInput = useRef<HTMLInputElement>(null)
  const folderInput = useRef<HTMLInputElement>(null)
  const total = files.reduce((sum, { file }) => sum + file.size, 0)
  const labels = files.some(({ name }) => LABELS.test(name))
  const zip = files.some(({ name }) => name.toLowerCase().endsWith('.zip'))
  return (
    <Box
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault()
        event.stopPropagation()
        void filesFromDrop(event.dataTransfer).then(onFiles)
      }}
      sx={{ border: 2, borderStyle: 'dashed', borderColor: 'divider', borderRadius: 1, p: 6, textAlign: 'center', bgcolor: 'background.default' }}
    >
      <input ref={fileInput} type="file" multiple hidden aria-label="Files" onChange={(event) => onFiles(filesFromInput(event.target.files))} />
      <input
        ref={folderInput}
        type="file"
        hidden
        aria-label="Folder"
        {...{ webkitdirectory: '' }}
        onChange={(event) => onFiles(filesFromInput(event.target.files))}
      />
      <CloudUpload color="primary" sx={{ fontSize: 36 }} />
      {files.length === 0 ? (
        <>
          <Typography sx={{ fontWeight: 600 }}>Drop images and their labels here</Typography>
          <Typography variant="body2" sx={{ color: 'text.secondary' }}>
            or one ZIP that holds both: CVAT, COCO, YOLO, Pascal VOC, LabelMe, CSV, masks, or folders named like classes.
          </Typography>
        </>
      ) : (
        <>
          <Typography sx={{ fontWeight: 600 }}>
            {plural(files.length, 'file')}, {bytes(total)}
          </Typography>
          <Typography variant="body2" sx={{ color: 'text.secondary' }}>
            {zip || labels ? (labels ? 'With an annotation file.' : 'The ZIP is unpacked on the server.') : 'Without an annotation file: images only. You can add one later.'}
          </Typography>
        </>
      )}
      <Box sx={{ display: 'flex', gap: 2, justifyContent: 'center', mt: 3, flexWrap: 'wrap' }}>
        <Button variant="outlined" onClick={() => fileInput.current?.click()}>
          Choose files
        </Button>
        <Button variant="outlined" onClick={() => folderInput.current?.click()}>
          Choose a folder
        </Button>
      </Box>
    </Box>
  )
}
