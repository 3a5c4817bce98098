import Alert from '@mui/material/Alert'
import Button from '@mui/material/Button'
import Box from '@mui/material/Box'
import { useEffect } from 'react'
import { dismissToast, useToasts, type Toast } from '@/lib/toasts'

const SHOWN_MS = 6000
// Somebody who may want to act on it has to read it first.
const SHOWN_WITH_ACTION_MS = 12_000

function OneToast({ toast }: { toast: Toast }) {
  useEffect(() => {
    if (toast.severity === 'error') return // stays until read
    const timer = setTimeout(() => dismissToast(toast.id), toast.action ? SHOWN_WITH_ACTION_MS : SHOWN_MS)
    return () => clearTimeout(timer)
  }, [toast])
  return (
    <Alert severity={toast.severity} variant="filled" onClose={() => dismissToast(toast.id)} sx={{ pointerEvents: 'auto' }}>
      {toast.message}
      {toast.action && (
        <Button
          color="inherit"
          size="small"
          sx={{ ml: 2, my: -1, textDecoration: 'underline' }}
          onClick={() => {
            toast.action?.run()
            dismissToast(toast.id)
          }}
        >
          {toast.action.label}
        </Button>
      )}
    </Alert>
  )
}

export function Toaster() {
  const toasts = useToasts()
  return (
    <Box
      aria-live="polite"
      sx={{
        position: 'fixed',
        bottom: 16,
        left: '50%',
        transform: 'translateX(-50%)',
        zIndex: 'snackbar',
        display: 'grid',
        gap: 2,
        width: 'min(480px, calc(100vw - 32px))',
        pointerEvents: 'none',
      }}
    >
      {toasts.map((toast) => (
        <OneToast key={toast.id} toast={toast} />
      ))}
    </Box>
  )
}
