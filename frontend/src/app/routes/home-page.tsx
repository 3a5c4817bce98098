import FolderSpecial from '@mui/icons-material/FolderSpecialOutlined'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Navigate, useNavigate } from 'react-router'
import { EmptyState } from '@/components/ui/empty-state'
import { ErrorState } from '@/components/ui/error-state'
import { paths } from '@/config/paths'
import { projectsQuery } from '@/features/projects/api/projects'
import { CreateProjectDialog } from '@/features/projects/components/create-project-dialog'
import { LAST_PROJECT } from '@/config/storage-keys'
import { readStored } from '@/lib/use-stored'

/** Leads to the project used last; teaches the first step where there is none. */
export function Component() {
  const projects = useQuery(projectsQuery)
  const navigate = useNavigate()
  const [creating, setCreating] = useState(false)
  if (projects.isError) return <ErrorState error={projects.error} onRetry={() => void projects.refetch()} what="projects" />
  if (!projects.data) return null
  const last = Number(readStored(LAST_PROJECT))
  const target = projects.data.results.find((project) => project.id === last) ?? projects.data.results[0]
  if (target) return <Navigate to={paths.runs(target.id)} replace />
  return (
    <Box component="main">
      <EmptyState
        icon={FolderSpecial}
        title="You are in no project yet"
        action={
          <Button variant="contained" onClick={() => setCreating(true)}>
            New project
          </Button>
        }
      >
        A project holds data sets, runs and models, and says who may see them. Make one, or ask a colleague to add you to theirs.
      </EmptyState>
      {creating && <CreateProjectDialog onClose={() => setCreating(false)} onCreated={(project) => void navigate(paths.datasets(project.id))} />}
    </Box>
  )
}
