import CloudDownload from '@mui/icons-material/CloudDownloadOutlined'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Dialog from '@mui/material/Dialog'
import DialogActions from '@mui/material/DialogActions'
import DialogContent from '@mui/material/DialogContent'
import DialogTitle from '@mui/material/DialogTitle'
import FormControlLabel from '@mui/material/FormControlLabel'
import Switch from '@mui/material/Switch'
import Typography from '@mui/material/Typography'
import { lazy, Suspense, useId, useState } from 'react'
import { FilePicker } from '@/features/datasets/components/file-picker'
import type { PickedFile } from '@/features/datasets/uploads/files-from-drop'
import type { Target } from '@/features/datasets/uploads/upload-job'
import { startUpload } from '@/features/datasets/uploads/upload-manager'

const BucketDialog = lazy(() => import('@/features/datasets/components/bucket-dialog').then(({ BucketDialog: Component }) => ({ default: Component })))

/** Adds files to a data set that is there already. */
export function UploadDialog({ target, initialFiles, onClose }: { target: Target; initialFiles: PickedFile[]; onClose: () => void }) {
  const [files, setFiles] = useState(initialFiles)
  const [skipDuplicates, setSkipDuplicates] = useState(false)
  const [bucket, setBucket] = useState(false)
  const titleId = useId()
  if (bucket) {
    return (
      <Suspense fallback={null}>
        <BucketDialog target={target} onClose={onClose} />
      </Suspense>
    )
  }
  return (
    <Dialog open onClose={onClose} fullWidth maxWidth="sm" aria-labelledby={titleId}>
      <DialogTitle id={titleId}>Upload to {target.datasetName}</DialogTitle>
      <DialogContent>
        <FilePicker files={files} onFiles={setFiles} />
        <Box sx={{ mt: 3 }}>
          <FormControlLabel control={<Switch checked={skipDuplicates} onChange={(event) => setSkipDuplicates(event.target.checked)} />} label="Leave out images whose content is there already" />
          <Typography variant="body2" sx={{ color: 'text.secondary' }}>
            Files whose names are taken by other images are never overwritten unasked: the import waits and shows you both.
          </Typography>
        </Box>
      </DialogContent>
      <DialogActions sx={{ px: 6, pb: 4, flexWrap: 'wrap' }}>
        <Button startIcon={<CloudDownload />} onClick={() => setBucket(true)} sx={{ mr: 'auto' }}>
          From an S3 bucket…
        </Button>
        <Button onClick={onClose}>Cancel</Button>
        <Button
          variant="contained"
          disabled={files.length === 0}
          onClick={() => {
            startUpload(target, files, { skipDuplicates })
            onClose()
          }}
        >
          Upload
        </Button>
      </DialogActions>
    </Dialog>
  )
}
