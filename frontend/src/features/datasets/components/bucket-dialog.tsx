import Alert from '@mui/material/Alert'
import Autocomplete from '@mui/material/Autocomplete'
import Button from '@mui/material/Button'
import Dialog from '@mui/material/Dialog'
import DialogActions from '@mui/material/DialogActions'
import DialogContent from '@mui/material/DialogContent'
import DialogTitle from '@mui/material/DialogTitle'
import FormControlLabel from '@mui/material/FormControlLabel'
import MenuItem from '@mui/material/MenuItem'
import Switch from '@mui/material/Switch'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import { useQuery } from '@tanstack/react-query'
import { useId, useState, type FormEvent } from 'react'
import { useNavigate } from 'react-router'
import { paths } from '@/config/paths'
import { savedBucketsQuery, useImportBucket } from '@/features/datasets/api/datasets'
import type { Target } from '@/features/datasets/uploads/upload-job'
import { messageOf } from '@/lib/errors'

const NEW_KEYS = ''

/** Imports what lies in an S3 bucket that the user has keys for. */
export function BucketDialog({ target, onClose }: { target: Target; onClose: () => void }) {
  const saved = useQuery(savedBucketsQuery(target.dataset))
  const send = useImportBucket(target.dataset)
  const navigate = useNavigate()
  const titleId = useId()
  const [url, setUrl] = useState('')
  const [region, setRegion] = useState('')
  const [using, setUsing] = useState(NEW_KEYS)
  const [access, setAccess] = useState('')
  const [secret, setSecret] = useState('')
  const [keep, setKeep] = useState(false)
  const [name, setName] = useState('')
  const fresh = using === NEW_KEYS
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    const keys = fresh ? { access_key: access, secret_key: secret, saved: keep ? name.trim() : '' } : { access_key: '', secret_key: '', saved: using }
    send.mutate(
      { url: url.trim(), region: region.trim(), on_conflict: 'ask', on_duplicate: 'keep', ...keys },
      {
        onSuccess: () => {
          onClose()
          void navigate(paths.dataset(target.project, target.dataset, 'imports'))
        },
      },
    )
  }
  return (
    <Dialog open onClose={send.isPending ? undefined : onClose} fullWidth maxWidth="sm" aria-labelledby={titleId}>
      <form onSubmit={submit} autoComplete="off">
        <DialogTitle id={titleId}>Import from an S3 bucket</DialogTitle>
        <DialogContent sx={{ display: 'grid', gap: 4, pt: '8px !important' }}>
          <TextField label="Address of the bucket" required autoFocus value={url} onChange={(event) => setUrl(event.target.value)} placeholder="https://server/bucket/folder" helperText="Everything below this folder is read, ZIPs included. s3://bucket/folder works too." />
          <Autocomplete
            freeSolo
            options={['us-east-1', 'us-west-2', 'eu-central-1', 'eu-west-1', 'ap-southeast-1']}
            inputValue={region}
            onInputChange={(_, value) => setRegion(value)}
            renderInput={(params) => <TextField {...params} label="Region" helperText="Leave it empty for a server without regions." />}
          />
          {(saved.data?.length ?? 0) > 0 && (
            <TextField select label="Keys" value={using} onChange={(event) => setUsing(event.target.value)} slotProps={{ select: { displayEmpty: true }, inputLabel: { shrink: true } }}>
              <MenuItem value={NEW_KEYS}>Type them in</MenuItem>
              {saved.data?.map((one) => (
                <MenuItem key={one.name} value={one.name}>
                  Saved as {one.name}
                </MenuItem>
              ))}
            </TextField>
          )}
          {fresh && (
            <>
              <TextField label="Access key" required value={access} onChange={(event) => setAccess(event.target.value)} slotProps={{ htmlInput: { autoComplete: 'off', spellCheck: false } }} />
              <TextField label="Secret key" required type="password" value={secret} onChange={(event) => setSecret(event.target.value)} slotProps={{ htmlInput: { autoComplete: 'new-password' } }} />
              <FormControlLabel control={<Switch checked={keep} onChange={(event) => setKeep(event.target.checked)} />} label="Save these keys for the project" />
              {keep ? (
                <TextField label="Name for these keys" required value={name} onChange={(event) => setName(event.target.value)} helperText="They are kept encrypted and used for this server only. Nobody can read them again." />
              ) : (
                <Typography variant="body2" sx={{ color: 'text.secondary' }}>
                  The keys are forgotten when the import is through.
                </Typography>
              )}
            </>
          )}
          {send.error && <Alert severity="error">{messageOf(send.error)}</Alert>}
        </DialogContent>
        <DialogActions sx={{ px: 6, pb: 4 }}>
          <Button onClick={onClose} disabled={send.isPending}>
            Cancel
          </Button>
          <Button type="submit" variant="contained" loading={send.isPending}>
            Try it and import
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  )
}
