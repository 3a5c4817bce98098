import Add from '@mui/icons-material/AddOutlined'
import Check from '@mui/icons-material/CheckOutlined'
import UnfoldMore from '@mui/icons-material/UnfoldMoreOutlined'
import Box from '@mui/material/Box'
import ButtonBase from '@mui/material/ButtonBase'
import Divider from '@mui/material/Divider'
import ListItemIcon from '@mui/material/ListItemIcon'
import Menu from '@mui/material/Menu'
import MenuItem from '@mui/material/MenuItem'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useLocation, useNavigate } from 'react-router'
import { paths } from '@/config/paths'
import { projectsQuery } from '@/features/projects/api/projects'
import { CreateProjectDialog } from '@/features/projects/components/create-project-dialog'

/** Which project all pages show; switching keeps the place. */
export function ProjectSwitch({ project }: { project: number }) {
  const projects = useQuery(projectsQuery)
  const [anchor, setAnchor] = useState<HTMLElement | null>(null)
  const [creating, setCreating] = useState(false)
  const navigate = useNavigate()
  const [, , , part = 'runs'] = useLocation().pathname.split('/')
  const current = projects.data?.results.find((one) => one.id === project)
  const go = (id: number): void => {
    setAnchor(null)
    void navigate(`${paths.project(id)}/${part}`)
  }
  return (
    <>
      <ButtonBase
        onClick={(event) => setAnchor(event.currentTarget)}
        aria-haspopup="menu"
        aria-expanded={anchor !== null}
        sx={{ width: '100%', justifyContent: 'space-between', gap: 2, px: 2.5, py: 2, border: 1, borderColor: 'divider', borderRadius: 1, textAlign: 'left', '&:hover': { bgcolor: 'action.hover' } }}
      >
        <Box sx={{ minWidth: 0 }}>
          <Box sx={{ fontSize: 12, color: 'text.secondary', lineHeight: 1.3 }}>Project</Box>
          <Box sx={{ fontWeight: 600, overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap', minHeight: 22 }}>{current?.name}</Box>
        </Box>
        <UnfoldMore fontSize="small" color="action" />
      </ButtonBase>
      <Menu anchorEl={anchor} open={anchor !== null} onClose={() => setAnchor(null)} slotProps={{ paper: { sx: { minWidth: 200, maxHeight: 400 } } }}>
        {projects.data?.results.map((one) => (
          <MenuItem key={one.id} selected={one.id === project} onClick={() => go(one.id)}>
            <ListItemIcon>{one.id === project && <Check fontSize="small" />}</ListItemIcon>
            {one.name}
          </MenuItem>
        ))}
        <Divider component="li" role="none" />
        <MenuItem
          onClick={() => {
            setAnchor(null)
            setCreating(true)
          }}
        >
          <ListItemIcon>
            <Add fontSize="small" />
          </ListItemIcon>
          New project
        </MenuItem>
      </Menu>
      {creating && <CreateProjectDialog onClose={() => setCreating(false)} onCreated={(made) => void navigate(paths.datasets(made.id))} />}
    </>
  )
}
