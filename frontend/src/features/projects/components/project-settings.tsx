import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Skeleton from '@mui/material/Skeleton'
import Typography from '@mui/material/Typography'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import { ConfirmDialog } from '@/components/ui/confirm-dialog'
import { ErrorState } from '@/components/ui/error-state'
import { KeyValues } from '@/components/ui/key-values'
import { RelativeTime } from '@/components/ui/relative-time'
import { Section } from '@/components/ui/section'
import { TextPromptDialog } from '@/components/ui/text-prompt-dialog'
import { projectQuery, useDeleteProject, useUpdateProject } from '@/features/projects/api/projects'
import { plural } from '@/lib/format'
import { toast } from '@/lib/toasts'

export function ProjectSettings({ project }: { project: number }) {
  const found = useQuery(projectQuery(project))
  const update = useUpdateProject(project)
  const remove = useDeleteProject(project)
  const [dialog, setDialog] = useState<'edit' | 'delete' | null>(null)
  const navigate = useNavigate()
  if (found.isError) return <ErrorState error={found.error} onRetry={() => void found.refetch()} what="project" />
  if (!found.data) return <Skeleton variant="rounded" height={180} />
  const { name, description, role, member_count, dataset_count, run_count, created_at } = found.data
  const admin = role === 'admin'
  return (
    <Box sx={{ display: 'grid', gap: 4, maxWidth: 760 }}>
      <Section title="Project" actions={admin && <Button onClick={() => setDialog('edit')}>Change</Button>}>
        <KeyValues
          rows={[
            ['Name', name],
            ['Description', description || 'none'],
            ['Your role', role],
            ['Members', member_count],
            ...(dataset_count === undefined ? [] : [['Data sets', dataset_count] as [string, React.ReactNode]]),
            ...(run_count === undefined ? [] : [['Runs', run_count] as [string, React.ReactNode]]),
            ['Made', <RelativeTime key="made" at={created_at} />],
          ]}
        />
      </Section>
      {admin && (
        <Section title="Delete">
          <Typography variant="body2" sx={{ mb: 3, color: 'text.secondary' }}>
            Deleting a project destroys everything in it for all its members.
          </Typography>
          <Button variant="outlined" color="error" onClick={() => setDialog('delete')}>
            Delete this project
          </Button>
        </Section>
      )}
      {dialog === 'edit' && (
        <TextPromptDialog
          title="Name and description"
          confirm="Save"
          fields={[
            { key: 'name', label: 'Name', initial: name, required: true },
            { key: 'description', label: 'Description', initial: description, multiline: true },
          ]}
          onSave={(values) => update.mutateAsync(values)}
          onClose={() => setDialog(null)}
        />
      )}
      <ConfirmDialog
        open={dialog === 'delete'}
        title={`Delete ${name}?`}
        confirm="Delete the project"
        onConfirm={async () => {
          await remove.mutateAsync(undefined)
          toast(`${name} was deleted.`)
          void navigate('/')
        }}
        onClose={() => setDialog(null)}
      >
        This destroys {dataset_count === undefined ? 'all data sets' : plural(dataset_count, 'data set')}, {run_count === undefined ? 'all runs' : plural(run_count, 'run')} and all
        models of {name}, for {plural(member_count, 'member')}. It cannot be taken back.
      </ConfirmDialog>
    </Box>
  )
}
