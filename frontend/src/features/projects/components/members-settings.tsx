import PersonAdd from '@mui/icons-material/PersonAddOutlined'
import Alert from '@mui/material/Alert'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import MenuItem from '@mui/material/MenuItem'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import { useQuery } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import type { Member, Role } from '@/api/types'
import { ConfirmDialog } from '@/components/ui/confirm-dialog'
import { DataTable, type Column } from '@/components/ui/data-table'
import { ErrorState } from '@/components/ui/error-state'
import { RelativeTime } from '@/components/ui/relative-time'
import { Section } from '@/components/ui/section'
import { membersQuery, projectQuery, useAddMember, useChangeRole, useRemoveMember } from '@/features/projects/api/projects'
import { messageOf } from '@/lib/errors'
import { toast } from '@/lib/toasts'

const ROLES: [Role, string][] = [
  ['viewer', 'sees everything'],
  ['editor', 'uploads, trains, changes'],
  ['admin', 'also manages members'],
]

function AddMember({ project }: { project: number }) {
  const [username, setUsername] = useState('')
  const [role, setRole] = useState<Role>('editor')
  const add = useAddMember(project)
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    add.mutate(
      { username: username.trim(), role },
      {
        onSuccess: () => {
          toast(`${username.trim()} is a member now.`)
          setUsername('')
        },
      },
    )
  }
  return (
    <Section title="Add a member">
      <Box component="form" onSubmit={submit} sx={{ display: 'flex', gap: 3, flexWrap: 'wrap', alignItems: 'flex-start' }}>
        <TextField label="User name" required value={username} onChange={(event) => setUsername(event.target.value)} sx={{ flex: '1 1 180px' }} />
        <TextField select label="Role" value={role} onChange={(event) => setRole(event.target.value as Role)} sx={{ flex: '1 1 220px' }}>
          {ROLES.map(([value, meaning]) => (
            <MenuItem key={value} value={value}>
              {value}: {meaning}
            </MenuItem>
          ))}
        </TextField>
        <Button type="submit" variant="contained" startIcon={<PersonAdd />} loading={add.isPending} sx={{ minHeight: 40 }}>
          Add
        </Button>
      </Box>
      {add.error && (
        <Alert severity="error" sx={{ mt: 3 }}>
          {messageOf(add.error)}
        </Alert>
      )}
    </Section>
  )
}

export function MembersSettings({ project }: { project: number }) {
  const members = useQuery(membersQuery(project))
  const admin = useQuery(projectQuery(project)).data?.role === 'admin'
  const change = useChangeRole(project)
  const remove = useRemoveMember(project)
  const [removing, setRemoving] = useState<Member | null>(null)
  const columns: Column<Member>[] = [
    { key: 'user', header: 'Member', cell: (member) => <b>{member.user.username}</b> },
    {
      key: 'role',
      header: 'Role',
      cell: (member) =>
        admin ? (
          <TextField
            select
            value={member.role}
            onChange={(event) =>
              change.mutate({ user_id: member.user.id, role: event.target.value as Role }, { onError: (error) => toast(messageOf(error), 'error') })
            }
            slotProps={{ htmlInput: { 'aria-label': `Role of ${member.user.username}` } }}
            sx={{ '& .MuiSelect-select': { py: 1 } }}
          >
            {ROLES.map(([value]) => (
              <MenuItem key={value} value={value}>
                {value}
              </MenuItem>
            ))}
          </TextField>
        ) : (
          member.role
        ),
    },
    { key: 'since', header: 'Since', cell: (member) => <RelativeTime at={member.created_at} /> },
    {
      key: 'remove',
      header: '',
      align: 'right',
      cell: (member) =>
        admin && (
          <Button color="error" onClick={() => setRemoving(member)} aria-label={`Remove ${member.user.username}`}>
            Remove
          </Button>
        ),
    },
  ]
  return (
    <Box sx={{ display: 'grid', gap: 4, maxWidth: 860 }}>
      {admin ? (
        <AddMember project={project} />
      ) : (
        <Typography variant="body2" sx={{ color: 'text.secondary' }}>
          Only an admin of the project can add or remove members.
        </Typography>
      )}
      {members.isError ? (
        <ErrorState error={members.error} onRetry={() => void members.refetch()} what="members" />
      ) : (
        <DataTable label="Members" columns={columns} rows={members.data?.results} rowKey={(member) => member.user.id} />
      )}
      <ConfirmDialog
        open={removing !== null}
        title={`Remove ${removing?.user.username ?? ''}?`}
        confirm="Remove the member"
        onConfirm={async () => {
          if (removing) await remove.mutateAsync(removing.user.id)
        }}
        onClose={() => setRemoving(null)}
      >
        They lose sight of everything in this project. What they made stays. You can add them again.
      </ConfirmDialog>
    </Box>
  )
}
