import Alert from '@mui/material/Alert'
import Button from '@mui/material/Button'
import Dialog from '@mui/material/Dialog'
import DialogActions from '@mui/material/DialogActions'
import DialogContent from '@mui/material/DialogContent'
import DialogTitle from '@mui/material/DialogTitle'
import { useId, useState, type ReactNode } from 'react'
import { messageOf } from '@/lib/errors'

interface Props {
  open: boolean
  title: string
  /** Names what is destroyed or changed. */
  children: ReactNode
  /** On the button that does it; null where it cannot be done, and the text says why. */
  confirm: string | null
  /** On the button that leaves things as they are. */
  dismiss?: string
  danger?: boolean
  onConfirm: () => Promise<unknown>
  onClose: () => void
}

/** Asks before something that cannot be taken back; stays open and says why when it fails. */
export function ConfirmDialog({ open, title, children, confirm, dismiss = 'Cancel', danger = true, onConfirm, onClose }: Props) {
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const titleId = useId()
  const close = (): void => {
    setError(null)
    onClose()
  }
  const run = async (): Promise<void> => {
    setBusy(true)
    setError(null)
    try {
      await onConfirm()
      onClose()
    } catch (caught) {
      setError(caught)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Dialog open={open} onClose={busy ? undefined : close} maxWidth="xs" fullWidth aria-labelledby={titleId}>
      <DialogTitle id={titleId}>{title}</DialogTitle>
      <DialogContent sx={{ color: 'text.secondary' }}>
        {children}
        {error !== null && (
          <Alert severity="error" sx={{ mt: 4 }}>
            {messageOf(error)}
          </Alert>
        )}
      </DialogContent>
      <DialogActions sx={{ px: 6, pb: 4 }}>
        <Button onClick={close} disabled={busy} autoFocus>
          {confirm === null ? 'Close' : dismiss}
        </Button>
        {confirm !== null && (
          <Button variant="contained" color={danger ? 'error' : 'primary'} loading={busy} onClick={() => void run()}>
            {confirm}
          </Button>
        )}
      </DialogActions>
    </Dialog>
  )
}
