import Collections from '@mui/icons-material/CollectionsOutlined'
import DashboardCustomize from '@mui/icons-material/DashboardCustomizeOutlined'
import Hub from '@mui/icons-material/HubOutlined'
import PlayCircle from '@mui/icons-material/PlayCircleOutlined'
import Settings from '@mui/icons-material/SettingsOutlined'
import Box from '@mui/material/Box'
import List from '@mui/material/List'
import ListItem from '@mui/material/ListItem'
import ListItemButton from '@mui/material/ListItemButton'
import ListItemIcon from '@mui/material/ListItemIcon'
import ListItemText from '@mui/material/ListItemText'
import { Link, useLocation } from 'react-router'
import { Logo } from '@/app/layout/logo'
import { paths } from '@/config/paths'
import { ProjectSwitch } from '@/features/projects/components/project-switch'

const PLACES = [
  { label: 'Data sets', icon: Collections, href: paths.datasets, part: 'datasets' },
  { label: 'Templates', icon: DashboardCustomize, href: paths.templates, part: 'templates' },
  { label: 'Runs', icon: PlayCircle, href: paths.runs, part: 'runs' },
  { label: 'Models', icon: Hub, href: paths.models, part: 'models' },
  { label: 'Settings', icon: Settings, href: (project: number) => paths.settings(project), part: 'settings' },
]

export function SideNav({ project }: { project: number }) {
  const [, , , part] = useLocation().pathname.split('/')
  return (
    <Box component="nav" aria-label="Places" sx={{ p: 3 }}>
      <Box component={Link} to="/" aria-label="Trainyard, start" sx={{ display: 'block', px: 2, pt: 1, pb: 4, textDecoration: 'none' }}>
        <Logo />
      </Box>
      <ProjectSwitch project={project} />
      <List sx={{ mt: 2 }} disablePadding>
        {PLACES.map(({ label, icon: Icon, href, part: own }) => {
          const here = part === own || (part === 'convert' && own === 'datasets')
          return (
            <ListItem key={own} disablePadding sx={{ mb: 0.5 }}>
              <ListItemButton component={Link} to={href(project)} selected={here} aria-current={here ? 'page' : undefined} sx={{ borderRadius: 1, py: 1.5, px: 2.5 }}>
                <ListItemIcon sx={{ minWidth: 34, color: here ? 'primary.main' : 'text.secondary' }}>
                  <Icon fontSize="small" />
                </ListItemIcon>
                <ListItemText primary={label} slotProps={{ primary: { sx: { fontWeight: here ? 650 : 500, color: here ? 'primary.main' : 'text.primary' } } }} />
              </ListItemButton>
            </ListItem>
          )
        })}
      </List>
    </Box>
  )
}
