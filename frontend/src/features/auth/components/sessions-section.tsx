import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Typography from '@mui/material/Typography'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { SignedInDevice } from '@/api/types'
import { ConfirmDialog } from '@/components/ui/confirm-dialog'
import { DataTable, type Column } from '@/components/ui/data-table'
import { ErrorState } from '@/components/ui/error-state'
import { RelativeTime } from '@/components/ui/relative-time'
import { Section } from '@/components/ui/section'
import { ToneChip } from '@/components/ui/state-chip'
import { sessionsQuery, useEndSessions } from '@/features/auth/api/session'
import { toast } from '@/lib/toasts'

type Ending = SignedInDevice | 'others' | null

function Device({ session }: { session: SignedInDevice }) {
  return (
    <Box sx={{ display: 'flex', gap: 2, alignItems: 'center', flexWrap: 'wrap' }}>
      <span>{session.device}</span>
      {session.current && <ToneChip tone="success" label="This device" />}
    </Box>
  )
}

function columnsOf(end: (session: SignedInDevice) => void): Column<SignedInDevice>[] {
  return [
    { key: 'device', header: 'Device', cell: (session) => <Device session={session} /> },
    { key: 'address', header: 'Address', cell: (session) => <Box sx={{ overflowWrap: 'anywhere' }}>{session.address || 'unknown'}</Box> },
    { key: 'since', header: 'Signed in', cell: (session) => <RelativeTime at={session.signed_in_at} /> },
    { key: 'seen', header: 'Last seen', cell: (session) => (session.current ? 'now' : <RelativeTime at={session.last_seen_at} />) },
    {
      key: 'end',
      header: '',
      align: 'right',
      phone: 'title',
      cell: (session) =>
        session.current ? null : (
          <Button color="error" onClick={() => end(session)} aria-label={`Sign out ${session.device}, ${session.address}`}>
            Sign out
          </Button>
        ),
    },
  ]
}

function EndDialog({ ending, onClose }: { ending: Ending; onClose: () => void }) {
  const end = useEndSessions()
  const one = ending === 'others' ? null : ending
  const confirm = async (): Promise<void> => {
    await end.mutateAsync(one?.id ?? null)
    toast(one ? `${one.device} is signed out.` : 'All other devices are signed out.')
  }
  return (
    <ConfirmDialog
      open={ending !== null}
      title={one ? `Sign out ${one.device}?` : 'Sign out all other devices?'}
      confirm={one ? 'Sign it out' : 'Sign them out'}
      onConfirm={confirm}
      onClose={onClose}
    >
      Whoever works there has to sign in again. If it was not you, change your password too; that ends every session but this one. API tokens stay valid.
    </ConfirmDialog>
  )
}

/** Where the user is signed in, and how to end that. */
export function SessionsSection() {
  const sessions = useQuery(sessionsQuery)
  const [ending, setEnding] = useState<Ending>(null)
  const rows = sessions.data?.results
  const alone = rows !== undefined && rows.every((session) => session.current)
  const endOthers = !alone && rows !== undefined && (
    <Button color="error" variant="outlined" onClick={() => setEnding('others')}>
      Sign out all others
    </Button>
  )
  return (
    <Section title="Where you are signed in" actions={endOthers}>
      {sessions.isError ? (
        <ErrorState error={sessions.error} onRetry={() => void sessions.refetch()} what="list of sessions" />
      ) : (
        <>
          <Typography variant="body2" sx={{ color: 'text.secondary', mb: 3 }}>
            {alone ? 'You are signed in on this device only. Other browsers you sign in with appear here.' : 'Sign out what you do not know, or do not use any more.'}
          </Typography>
          <DataTable label="Sessions" columns={columnsOf(setEnding)} rows={rows} rowKey={(session) => session.id} />
        </>
      )}
      <EndDialog ending={ending} onClose={() => setEnding(null)} />
    </Section>
  )
}
