import Alert from '@mui/material/Alert'
import Button from '@mui/material/Button'
import Dialog from '@mui/material/Dialog'
import DialogActions from '@mui/material/DialogActions'
import DialogContent from '@mui/material/DialogContent'
import DialogTitle from '@mui/material/DialogTitle'
import TextField from '@mui/material/TextField'
import { useId, useState, type FormEvent } from 'react'
import { messageOf } from '@/lib/errors'

interface Field {
  key: string
  label: string
  initial: string
  required?: boolean
  multiline?: boolean
  help?: string
}
interface Props {
  title: string
  fields: Field[]
  confirm: string
  onSave: (values: Record<string, string>) => Promise<unknown>
  onClose: () => void
}

/** A few words to fill in; stays open and says why when saving fails. Mount it to open it. */
export function TextPromptDialog({ title, fields, confirm, onSave, onClose }: Props) {
  const [values, setValues] = useState(() => Object.fromEntries(fields.map((field) => [field.key, field.initial])))
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const titleId = useId()
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    setBusy(true)
    setError(null)
    try {
      await onSave(values)
      onClose()
    } catch (caught) {
      setError(caught)
      setBusy(false)
    }
  }
  return (
    <Dialog open onClose={busy ? undefined : onClose} fullWidth maxWidth="xs" aria-labelledby={titleId}>
      <form onSubmit={(event) => void submit(event)}>
        <DialogTitle id={titleId}>{title}</DialogTitle>
        <DialogContent sx={{ display: 'grid', gap: 4, pt: '8px !important' }}>
          {fields.map((field, index) => (
            <TextField
              key={field.key}
              label={field.label}
              value={values[field.key] ?? ''}
              required={field.required}
              multiline={field.multiline}
              minRows={field.multiline ? 3 : undefined}
              helperText={field.help}
              autoFocus={index === 0}
              fullWidth
              onChange={(event) => setValues((old) => ({ ...old, [field.key]: event.target.value }))}
            />
          ))}
          {error !== null && <Alert severity="error">{messageOf(error)}</Alert>}
        </DialogContent>
        <DialogActions sx={{ px: 6, pb: 4 }}>
          <Button onClick={onClose} disabled={busy}>
            Cancel
          </Button>
          <Button type="submit" variant="contained" loading={busy}>
            {confirm}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  )
}
