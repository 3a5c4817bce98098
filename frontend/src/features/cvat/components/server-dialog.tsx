import Alert from '@mui/material/Alert'
import Button from '@mui/material/Button'
import Dialog from '@mui/material/Dialog'
import DialogActions from '@mui/material/DialogActions'
import DialogContent from '@mui/material/DialogContent'
import DialogTitle from '@mui/material/DialogTitle'
import MenuItem from '@mui/material/MenuItem'
import TextField from '@mui/material/TextField'
import { useId, useState, type FormEvent } from 'react'
import type { CvatServer } from '@/api/types'
import { useAddServer, useChangeServer } from '@/features/cvat/api/cvat'
import { ApiError, messageOf } from '@/lib/errors'
import { toast } from '@/lib/toasts'

interface Props {
  project: number
  /** The server to change; null for a new one. */
  server: CvatServer | null
  onClose: () => void
}

/** Adds or changes a server. It is signed in to before it is kept, so what is wrong is said here. */
export function ServerDialog({ project, server, onClose }: Props) {
  const [name, setName] = useState(server?.name ?? '')
  const [address, setAddress] = useState(server?.address ?? '')
  const [signIn, setSignIn] = useState(server?.sign_in ?? 'password')
  const [username, setUsername] = useState(server?.username ?? '')
  const [secret, setSecret] = useState('')
  const [organization, setOrganization] = useState(server?.organization ?? '')
  const add = useAddServer(project)
  const change = useChangeServer(server?.id ?? 0)
  const saving = server ? change : add
  const titleId = useId()
  const fault = saving.error instanceof ApiError ? saving.error.fieldErrors : []
  const problem = (field: string): string | undefined => fault.find((one) => one.path[0] === field)?.message
  const byToken = signIn === 'token'
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    const values = { name: name.trim(), address: address.trim(), username: byToken ? '' : username.trim(), organization: organization.trim() }
    const done = (kept: CvatServer): void => {
      toast(`${kept.name} answers: CVAT ${kept.version}.`)
      onClose()
    }
    if (server) change.mutate({ ...values, ...(signIn !== server.sign_in && { sign_in: signIn }), ...(secret !== '' && { secret }) }, { onSuccess: done })
    else add.mutate({ ...values, sign_in: signIn, secret }, { onSuccess: done })
  }
  return (
    <Dialog open onClose={saving.isPending ? undefined : onClose} fullWidth maxWidth="sm" aria-labelledby={titleId}>
      <form onSubmit={submit}>
        <DialogTitle id={titleId}>{server ? `Change ${server.name}` : 'Add a CVAT server'}</DialogTitle>
        <DialogContent sx={{ display: 'grid', gap: 4, pt: '8px !important' }}>
          <TextField label="Name" required autoFocus value={name} onChange={(event) => setName(event.target.value)} error={Boolean(problem('name'))} helperText={problem('name') ?? 'How this project calls it'} />
          <TextField
            label="Address"
            required
            type="text"
            inputMode="url"
            value={address}
            onChange={(event) => setAddress(event.target.value)}
            placeholder="https://cvat.example.org"
            error={Boolean(problem('address'))}
            helperText={problem('address') ?? 'As the browser shows it when CVAT is open'}
          />
          <TextField select label="Sign in with" value={signIn} onChange={(event) => setSignIn(event.target.value as CvatServer['sign_in'])}>
            <MenuItem value="password">User name and password</MenuItem>
            <MenuItem value="token">Access token</MenuItem>
          </TextField>
          {!byToken && (
            <TextField label="User name" required autoComplete="off" value={username} onChange={(event) => setUsername(event.target.value)} error={Boolean(problem('username'))} helperText={problem('username') ?? 'Best an account of its own for this platform'} />
          )}
          <TextField
            label={byToken ? 'Access token' : 'Password'}
            type="password"
            required={server === null}
            autoComplete="new-password"
            value={secret}
            onChange={(event) => setSecret(event.target.value)}
            error={Boolean(problem('secret'))}
            helperText={problem('secret') ?? (server ? 'Leave it empty to keep the one that is stored' : 'Kept encrypted, and never shown again')}
          />
          <TextField label="Organization" value={organization} onChange={(event) => setOrganization(event.target.value)} error={Boolean(problem('organization'))} helperText={problem('organization') ?? 'Its short name in CVAT; empty for the account’s own space'} />
          {saving.error && fault.length === 0 && <Alert severity="error">{messageOf(saving.error)}</Alert>}
        </DialogContent>
        <DialogActions sx={{ px: 6, pb: 4 }}>
          <Button onClick={onClose} disabled={saving.isPending}>
            Cancel
          </Button>
          <Button type="submit" variant="contained" loading={saving.isPending}>
            Test and save
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  )
}
