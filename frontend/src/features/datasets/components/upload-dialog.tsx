import Button from '@mui/material/Button'
import Dialog from '@mui/material/Dialog'
import DialogActions from '@mui/material/DialogActions'
import DialogContent from '@mui/material/DialogContent'
import DialogTitle from '@mui/material/DialogTitle'
import { useId, useState } from 'react'
import { FilePicker } from '@/features/datasets/components/file-picker'
import type { PickedFile } from '@/features/datasets/uploads/files-from-drop'
import { startUpload, type Target } from '@/features/datasets/uploads/upload-manager'

/** Adds files to a data set that is there already. */
export function UploadDialog({ target, initialFiles, onClose }: { target: Target; initialFiles: PickedFile[]; onClose: () => void }) {
  const [files, setFiles] = useState(initialFiles)
  const titleId = useId()
  return (
    <Dialog open onClose={onClose} fullWidth maxWidth="sm" aria-labelledby={titleId}>
      <DialogTitle id={titleId}>Upload to {target.datasetName}</DialogTitle>
      <DialogContent>
        <FilePicker files={files} onFiles={setFiles} />
      </DialogContent>
      <DialogActions sx={{ px: 6, pb: 4 }}>
        <Button onClick={onClose}>Cancel</Button>
        <Button
          variant="contained"
          disabled={files.length === 0}
          onClick={() => {
            startUpload(target, files)
            onClose()
          }}
        >
          Upload
        </Button>
      </DialogActions>
    </Dialog>
  )
}
