import CheckCircle from '@mui/icons-material/CheckCircleOutlined'
import ErrorIcon from '@mui/icons-material/ErrorOutlineOutlined'
import Hub from '@mui/icons-material/HubOutlined'
import Alert from '@mui/material/Alert'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Card from '@mui/material/Card'
import Link from '@mui/material/Link'
import Skeleton from '@mui/material/Skeleton'
import Typography from '@mui/material/Typography'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { CvatServer } from '@/api/types'
import { ConfirmDialog } from '@/components/ui/confirm-dialog'
import { EmptyState } from '@/components/ui/empty-state'
import { ErrorState } from '@/components/ui/error-state'
import { KeyValues } from '@/components/ui/key-values'
import { RelativeTime } from '@/components/ui/relative-time'
import { ToneChip } from '@/components/ui/state-chip'
import { cvatServersQuery, useDeleteServer, useTestServer } from '@/features/cvat/api/cvat'
import { ServerDialog } from '@/features/cvat/components/server-dialog'
import { projectQuery } from '@/features/projects/api/projects'
import { messageOf } from '@/lib/errors'
import { plural } from '@/lib/format'
import { toast } from '@/lib/toasts'

function OneServer({ server, onChange, onDelete }: { server: CvatServer; onChange: () => void; onDelete: () => void }) {
  const test = useTestServer()
  const run = (): void =>
    test.mutate(server.id, {
      onSuccess: (now) => now.fault === '' && toast(`${now.name} answers: CVAT ${now.version}.`),
      onError: (error) => toast(messageOf(error), 'error'),
    })
  return (
    <Card component="article" aria-label={server.name} sx={{ p: 4, display: 'grid', gap: 3 }}>
      <Box sx={{ display: 'flex', gap: 3, alignItems: 'center', flexWrap: 'wrap' }}>
        <Typography variant="h4" component="h2" sx={{ overflowWrap: 'anywhere' }}>
          {server.name}
        </Typography>
        <ToneChip tone={server.fault ? 'error' : 'success'} label={server.fault ? 'Does not work' : 'Answers'} icon={server.fault ? ErrorIcon : CheckCircle} />
        {server.can.length > 0 && (
          <Box sx={{ ml: { sm: 'auto' }, display: 'flex', gap: 1 }}>
            <Button onClick={run} loading={test.isPending}>
              Test
            </Button>
            <Button onClick={onChange}>Change</Button>
            <Button color="error" onClick={onDelete} aria-label={`Delete ${server.name}`}>
              Delete
            </Button>
          </Box>
        )}
      </Box>
      {server.fault && <Alert severity="error">{server.fault}</Alert>}
      <KeyValues
        rows={[
          [
            'Address',
            <Link key="a" href={server.address} target="_blank" rel="noreferrer">
              {server.address}
            </Link>,
          ],
          ['Account', server.username || 'by token'],
          ...(server.organization ? ([['Organization', server.organization]] as [string, string][]) : []),
          ['Version', server.version ? `CVAT ${server.version}` : 'not known'],
          ['Tested', <RelativeTime key="t" at={server.checked_at} />],
          ['Linked', plural(server.linked, 'data set')],
        ]}
      />
    </Card>
  )
}

/** The CVAT servers that the data sets of a project can be annotated on. */
export function ServersSettings({ project }: { project: number }) {
  const servers = useQuery(cvatServersQuery(project))
  const admin = useQuery(projectQuery(project)).data?.role === 'admin'
  const [dialog, setDialog] = useState<CvatServer | 'new' | null>(null)
  const [deleting, setDeleting] = useState<CvatServer | null>(null)
  const remove = useDeleteServer()
  if (servers.isError) return <ErrorState error={servers.error} onRetry={() => void servers.refetch()} what="CVAT servers" />
  if (!servers.data) return <Skeleton variant="rounded" height={200} sx={{ maxWidth: 860 }} />
  const found = servers.data.results
  const add = admin && (
    <Button variant="contained" onClick={() => setDialog('new')}>
      Add a server
    </Button>
  )
  return (
    <Box sx={{ maxWidth: 860, display: 'grid', gap: 4 }}>
      {found.length === 0 ? (
        <EmptyState icon={Hub} title="No CVAT server yet" action={add}>
          {admin
            ? 'Name the CVAT server that your team annotates on. Then data sets become tasks there, and runs train on the annotations of the day.'
            : 'An admin of this project can name the CVAT server that your team annotates on.'}
        </EmptyState>
      ) : (
        <>
          <Box sx={{ display: 'flex', justifyContent: 'space-between', gap: 3, alignItems: 'center', flexWrap: 'wrap' }}>
            <Typography variant="body2" sx={{ color: 'text.secondary' }}>
              Data sets of this project can be annotated there. Passwords and tokens are kept encrypted.
            </Typography>
            {add}
          </Box>
          {found.map((server) => (
            <OneServer key={server.id} server={server} onChange={() => setDialog(server)} onDelete={() => setDeleting(server)} />
          ))}
        </>
      )}
      {dialog !== null && <ServerDialog project={project} server={dialog === 'new' ? null : dialog} onClose={() => setDialog(null)} />}
      <ConfirmDialog
        open={deleting !== null}
        title={`Delete ${deleting?.name ?? ''}?`}
        confirm="Delete the server"
        onConfirm={async () => {
          if (deleting) await remove.mutateAsync(deleting.id)
          toast('The server is deleted here.')
        }}
        onClose={() => setDeleting(null)}
      >
        Its address and password are forgotten. Nothing in CVAT itself is deleted.
      </ConfirmDialog>
    </Box>
  )
}
