import Alert from '@mui/material/Alert'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import TextField from '@mui/material/TextField'
import { useState, type FormEvent } from 'react'
import { useSignIn } from '@/features/auth/api/session'
import { messageOf } from '@/lib/errors'

export function SignInForm({ onSignedIn }: { onSignedIn: () => void }) {
  const [username, setUsername] = useState('')
  const [password, setPassword] = useState('')
  const signIn = useSignIn()
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    signIn.mutate({ username, password }, { onSuccess: onSignedIn })
  }
  return (
    <Box component="form" onSubmit={submit} sx={{ display: 'grid', gap: 4 }}>
      {signIn.error && <Alert severity="error">{messageOf(signIn.error)}</Alert>}
      <TextField label="User name" name="username" autoComplete="username" autoFocus required value={username} onChange={(event) => setUsername(event.target.value)} />
      <TextField
        label="Password"
        name="password"
        type="password"
        autoComplete="current-password"
        required
        value={password}
        onChange={(event) => setPassword(event.target.value)}
      />
      <Button type="submit" variant="contained" size="medium" loading={signIn.isPending}>
        Sign in
      </Button>
    </Box>
  )
}
