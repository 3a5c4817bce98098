import Alert from '@mui/material/Alert'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import TextField from '@mui/material/TextField'
import { useQuery } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { KeyValues } from '@/components/ui/key-values'
import { Section } from '@/components/ui/section'
import { sessionQuery, useChangePassword } from '@/features/auth/api/session'
import { SessionsSection } from '@/features/auth/components/sessions-section'
import { ApiError, messageOf } from '@/lib/errors'
import { toast } from '@/lib/toasts'

function PasswordForm() {
  const [old, setOld] = useState('')
  const [next, setNext] = useState('')
  const [again, setAgain] = useState('')
  const change = useChangePassword()
  const differs = again !== '' && again !== next
  const fieldError = (name: string): string | undefined =>
    change.error instanceof ApiError ? change.error.fieldErrors.find((one) => one.path[0] === name)?.message : undefined
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    change.mutate(
      { old_password: old, new_password: next },
      {
        onSuccess: () => {
          toast('The password is changed. Other devices are signed out.')
          setOld('')
          setNext('')
          setAgain('')
        },
      },
    )
  }
  return (
    <Box component="form" onSubmit={submit} sx={{ display: 'grid', gap: 4, maxWidth: 360 }}>
      <TextField label="Present password" type="password" autoComplete="current-password" required value={old} onChange={(event) => setOld(event.target.value)} error={Boolean(fieldError('old_password'))} helperText={fieldError('old_password')} />
      <TextField label="New password" type="password" autoComplete="new-password" required value={next} onChange={(event) => setNext(event.target.value)} error={Boolean(fieldError('new_password'))} helperText={fieldError('new_password')} />
      <TextField label="New password again" type="password" autoComplete="new-password" required value={again} onChange={(event) => setAgain(event.target.value)} error={differs} helperText={differs ? 'The two differ.' : ' '} />
      {change.error && !(change.error instanceof ApiError && change.error.fieldErrors.length > 0) && <Alert severity="error">{messageOf(change.error)}</Alert>}
      <Box>
        <Button type="submit" variant="contained" loading={change.isPending} disabled={old === '' || next === '' || next !== again}>
          Change the password
        </Button>
      </Box>
    </Box>
  )
}

export function AccountSettings() {
  const user = useQuery(sessionQuery).data?.user
  return (
    <Box sx={{ display: 'grid', gap: 4, maxWidth: 860 }}>
      <Section title="You">
        <KeyValues
          rows={[
            ['User name', user?.username],
            ['E-mail', user?.email || 'none'],
            ['Bucket', <code key="bucket">{user?.bucket}</code>],
            ['Rights', user?.is_staff ? 'Administrator of the platform' : 'Member'],
          ]}
        />
      </Section>
      <Section title="Password">
        <PasswordForm />
      </Section>
      <SessionsSection />
    </Box>
  )
}
