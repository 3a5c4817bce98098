import Key from '@mui/icons-material/KeyOutlined'
import Alert from '@mui/material/Alert'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Dialog from '@mui/material/Dialog'
import DialogActions from '@mui/material/DialogActions'
import DialogContent from '@mui/material/DialogContent'
import DialogTitle from '@mui/material/DialogTitle'
import MenuItem from '@mui/material/MenuItem'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import { useQuery } from '@tanstack/react-query'
import { useId, useState, type FormEvent } from 'react'
import type { ApiToken } from '@/api/types'
import { CopyButton } from '@/components/ui/copy-button'
import { ConfirmDialog } from '@/components/ui/confirm-dialog'
import { DataTable, type Column } from '@/components/ui/data-table'
import { EmptyState } from '@/components/ui/empty-state'
import { ErrorState } from '@/components/ui/error-state'
import { RelativeTime } from '@/components/ui/relative-time'
import { ToneChip } from '@/components/ui/state-chip'
import { tokensQuery, useCreateToken, useRevokeToken } from '@/features/settings/api/tokens'
import { messageOf } from '@/lib/errors'
import { toast } from '@/lib/toasts'

const DAY_MS = 86_400_000
const LIVES = [
  { days: 30, label: '30 days' },
  { days: 90, label: '90 days' },
  { days: 365, label: 'a year' },
  { days: 0, label: 'no end' },
]

function TokenDialog({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState('')
  const [days, setDays] = useState(90)
  const create = useCreateToken()
  const titleId = useId()
  const token = create.data?.token
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    const expires = days === 0 ? {} : { expires_at: new Date(Date.now() + days * DAY_MS).toISOString() }
    create.mutate({ name: name.trim(), ...expires })
  }
  return (
    <Dialog open onClose={token || create.isPending ? undefined : onClose} fullWidth maxWidth="sm" aria-labelledby={titleId}>
      <form onSubmit={submit}>
        <DialogTitle id={titleId}>{token ? 'Copy the token now' : 'New API token'}</DialogTitle>
        <DialogContent sx={{ display: 'grid', gap: 4, pt: '8px !important' }}>
          {token ? (
            <>
              <Alert severity="warning">It is shown only this once. Keep it like a password: it can do what you can do.</Alert>
              <Box sx={{ display: 'flex', alignItems: 'center', gap: 2, border: 1, borderColor: 'divider', borderRadius: 1, p: 3, bgcolor: 'background.default' }}>
                <Typography component="code" data-testid="new-token" sx={{ flex: 1, overflowWrap: 'anywhere' }}>
                  {token}
                </Typography>
                <CopyButton text={token} label="Copy the token" />
              </Box>
            </>
          ) : (
            <>
              <TextField label="Name" required autoFocus value={name} onChange={(event) => setName(event.target.value)} helperText="What it is for, as in “notebook on lab-3”" />
              <TextField select label="Valid for" value={days} onChange={(event) => setDays(Number(event.target.value))}>
                {LIVES.map((life) => (
                  <MenuItem key={life.days} value={life.days}>
                    {life.label}
                  </MenuItem>
                ))}
              </TextField>
              {create.error && <Alert severity="error">{messageOf(create.error)}</Alert>}
            </>
          )}
        </DialogContent>
        <DialogActions sx={{ px: 6, pb: 4 }}>
          {token ? (
            <Button variant="contained" onClick={onClose}>
              I have copied it
            </Button>
          ) : (
            <>
              <Button onClick={onClose}>Cancel</Button>
              <Button type="submit" variant="contained" loading={create.isPending} disabled={name.trim() === ''}>
                Create
              </Button>
            </>
          )}
        </DialogActions>
      </form>
    </Dialog>
  )
}

function tokenState(token: ApiToken): React.ReactNode {
  if (token.revoked_at) return <ToneChip tone="neutral" label="Revoked" />
  if (token.expires_at && new Date(token.expires_at).getTime() < Date.now()) return <ToneChip tone="warning" label="Expired" />
  return <ToneChip tone="success" label="Valid" />
}

export function TokensSettings() {
  const tokens = useQuery(tokensQuery)
  const [creating, setCreating] = useState(false)
  const [revoking, setRevoking] = useState<ApiToken | null>(null)
  const revoke = useRevokeToken()
  const columns: Column<ApiToken>[] = [
    { key: 'name', header: 'Name', cell: (token) => token.name },
    { key: 'prefix', header: 'Begins with', cell: (token) => <code>{token.prefix}…</code> },
    { key: 'state', header: 'State', cell: tokenState, phone: 'title' },
    { key: 'used', header: 'Last used', cell: (token) => (token.last_used_at ? <RelativeTime at={token.last_used_at} /> : 'never') },
    { key: 'ends', header: 'Ends', cell: (token) => (token.expires_at ? <RelativeTime at={token.expires_at} /> : 'never') },
    {
      key: 'revoke',
      header: '',
      align: 'right',
      cell: (token) =>
        !token.revoked_at && (
          <Button color="error" onClick={() => setRevoking(token)} aria-label={`Revoke ${token.name}`}>
            Revoke
          </Button>
        ),
    },
  ]
  const create = (
    <Button variant="contained" onClick={() => setCreating(true)}>
      New token
    </Button>
  )
  return (
    <Box sx={{ maxWidth: 980 }}>
      {tokens.isError ? (
        <ErrorState error={tokens.error} onRetry={() => void tokens.refetch()} what="tokens" />
      ) : tokens.data?.results.length === 0 ? (
        <EmptyState icon={Key} title="No API tokens" action={create}>
          A token lets a script or notebook use the API in your name: <code>Authorization: Bearer …</code>
        </EmptyState>
      ) : (
        <>
          <Box sx={{ display: 'flex', justifyContent: 'space-between', gap: 3, mb: 3, alignItems: 'center', flexWrap: 'wrap' }}>
            <Typography variant="body2" sx={{ color: 'text.secondary' }}>
              A token can do what you can do. Revoke one that is lost.
            </Typography>
            {create}
          </Box>
          <DataTable label="API tokens" columns={columns} rows={tokens.data?.results} rowKey={(token) => token.id} />
        </>
      )}
      {creating && <TokenDialog onClose={() => setCreating(false)} />}
      <ConfirmDialog
        open={revoking !== null}
        title={`Revoke ${revoking?.name ?? ''}?`}
        confirm="Revoke the token"
        onConfirm={async () => {
          if (revoking) await revoke.mutateAsync(revoking.id)
          toast('The token is revoked.')
        }}
        onClose={() => setRevoking(null)}
      >
        Whatever uses this token is locked out at once. It cannot be taken back.
      </ConfirmDialog>
    </Box>
  )
}
