import Alert from '@mui/material/Alert'
import Button from '@mui/material/Button'
import Dialog from '@mui/material/Dialog'
import DialogActions from '@mui/material/DialogActions'
import DialogContent from '@mui/material/DialogContent'
import DialogTitle from '@mui/material/DialogTitle'
import TextField from '@mui/material/TextField'
import { useId, useState, type FormEvent } from 'react'
import type { Dataset } from '@/api/types'
import { useCreateDataset } from '@/features/datasets/api/datasets'
import { FilePicker } from '@/features/datasets/components/file-picker'
import type { PickedFile } from '@/features/datasets/uploads/files-from-drop'
import { startUpload } from '@/features/datasets/uploads/upload-manager'
import { messageOf } from '@/lib/errors'

interface Props {
  project: number
  initialFiles: PickedFile[]
  onClose: () => void
  onCreated: (dataset: Dataset) => void
}

/** A name to start with: the ZIP's, or the folder's. */
function suggestion(files: PickedFile[]): string {
  const first = files[0]?.name ?? ''
  const base = first.includes('/') ? (first.split('/')[0] ?? '') : /\.zip$/i.test(first) ? first.replace(/\.zip$/i, '') : ''
  return base.replaceAll(/[_-]+/g, ' ').trim()
}

/** Makes a data set and starts its upload; the upload goes on after the dialog has closed. */
export function CreateDatasetDialog({ project, initialFiles, onClose, onCreated }: Props) {
  const [files, setFiles] = useState(initialFiles)
  const [name, setName] = useState(suggestion(initialFiles))
  const [description, setDescription] = useState('')
  const create = useCreateDataset()
  const titleId = useId()
  const choose = (picked: PickedFile[]): void => {
    setFiles(picked)
    setName((old) => old || suggestion(picked))
  }
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    create.mutate(
      { project, name: name.trim(), description: description.trim() },
      {
        onSuccess: (dataset) => {
          if (files.length > 0) startUpload({ project, dataset: dataset.id, datasetName: dataset.name }, files)
          onCreated(dataset)
        },
      },
    )
  }
  return (
    <Dialog open onClose={create.isPending ? undefined : onClose} fullWidth maxWidth="sm" aria-labelledby={titleId}>
      <form onSubmit={submit}>
        <DialogTitle id={titleId}>New data set</DialogTitle>
        <DialogContent sx={{ display: 'grid', gap: 4, pt: '8px !important' }}>
          <TextField label="Name" required autoFocus value={name} onChange={(event) => setName(event.target.value)} />
          <TextField label="Description" multiline minRows={2} value={description} onChange={(event) => setDescription(event.target.value)} />
          <FilePicker files={files} onFiles={choose} />
          {create.error && <Alert severity="error">{messageOf(create.error)}</Alert>}
        </DialogContent>
        <DialogActions sx={{ px: 6, pb: 4 }}>
          <Button onClick={onClose} disabled={create.isPending}>
            Cancel
          </Button>
          <Button type="submit" variant="contained" loading={create.isPending} disabled={name.trim() === ''}>
            {files.length > 0 ? 'Create and upload' : 'Create'}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  )
}
