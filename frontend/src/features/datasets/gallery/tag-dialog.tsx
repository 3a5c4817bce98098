import Alert from '@mui/material/Alert'
import Autocomplete from '@mui/material/Autocomplete'
import Button from '@mui/material/Button'
import Dialog from '@mui/material/Dialog'
import DialogActions from '@mui/material/DialogActions'
import DialogContent from '@mui/material/DialogContent'
import DialogTitle from '@mui/material/DialogTitle'
import TextField from '@mui/material/TextField'
import { useId, useState } from 'react'
import type { Dataset } from '@/api/types'
import { useTagImages, type Chosen } from '@/features/datasets/api/gallery'
import { messageOf } from '@/lib/errors'
import { plural } from '@/lib/format'
import { toast } from '@/lib/toasts'

interface Props {
  dataset: Dataset
  images: Chosen
  number: number
  onDone: () => void
  onClose: () => void
}

/** Gives the chosen images a tag, or takes it off them. */
export function TagDialog({ dataset, images, number, onDone, onClose }: Props) {
  const [text, setText] = useState('')
  const [error, setError] = useState<unknown>(null)
  const tag = useTagImages(dataset.id)
  const titleId = useId()
  const label = text.trim()
  const run = (present: boolean): void =>
    tag.mutate(
      { ...images, label, present },
      {
        onSuccess: ({ changed, queued }) => {
          const done = present ? `tagged ${label}` : `no longer tagged ${label}`
          const rest = queued > 0 ? `, ${plural(queued, 'more')} on the way` : ''
          toast(changed === 0 ? 'They were all like that already.' : `${plural(changed, 'image')} ${done}${rest}.`)
          onDone()
          onClose()
        },
        onError: setError,
      },
    )
  return (
    <Dialog open onClose={onClose} maxWidth="xs" fullWidth aria-labelledby={titleId}>
      <DialogTitle id={titleId}>Tag {plural(number, 'image')}</DialogTitle>
      <DialogContent>
        <Autocomplete
          freeSolo
          inputValue={text}
          onInputChange={(_, value) => setText(value)}
          options={dataset.labels.map((one) => one.name)}
          renderInput={(params) => <TextField {...params} autoFocus label="Tag" helperText="A class of the image as a whole. Boxes and other shapes stay as they are." />}
          sx={{ mt: 2 }}
        />
        {error !== null && (
          <Alert severity="error" sx={{ mt: 4 }}>
            {messageOf(error)}
          </Alert>
        )}
      </DialogContent>
      <DialogActions sx={{ px: 6, pb: 4 }}>
        <Button onClick={onClose}>Cancel</Button>
        <Button disabled={label === '' || tag.isPending} onClick={() => run(false)}>
          Take it off
        </Button>
        <Button variant="contained" disabled={label === ''} loading={tag.isPending} onClick={() => run(true)}>
          Tag them
        </Button>
      </DialogActions>
    </Dialog>
  )
}
