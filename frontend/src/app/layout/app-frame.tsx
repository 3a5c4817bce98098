import MenuIcon from '@mui/icons-material/MenuOutlined'
import Box from '@mui/material/Box'
import Drawer from '@mui/material/Drawer'
import IconButton from '@mui/material/IconButton'
import LinearProgress from '@mui/material/LinearProgress'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { Link, Outlet, useLocation, useNavigation } from 'react-router'
import { HostState } from '@/app/layout/host-state'
import { Logo } from '@/app/layout/logo'
import { SideNav } from '@/app/layout/side-nav'
import { UserMenu } from '@/app/layout/user-menu'
import { SearchBox } from '@/app/layout/search-box'
import { useProjectId } from '@/app/use-project'
import { ErrorState } from '@/components/ui/error-state'
import { LAST_PROJECT } from '@/config/storage-keys'
import { UploadPanel } from '@/features/datasets/components/upload-panel'
import { projectQuery } from '@/features/projects/api/projects'
import { writeStored } from '@/lib/use-stored'

const NAV_WIDTH = 224

function SkipLink() {
  return (
    <Box
      component="a"
      href="#main"
      sx={{ position: 'absolute', left: 8, top: -60, zIndex: 'tooltip', bgcolor: 'primary.main', color: 'primary.contrastText', p: 2, borderRadius: 1, '&:focus': { top: 8 } }}
    >
      Skip to the page
    </Box>
  )
}

/** Left the five places, above search and state, the page in between. */
export function AppFrame() {
  const project = useProjectId()
  const found = useQuery({ ...projectQuery(project), enabled: Number.isInteger(project) })
  const { pathname } = useLocation()
  // Open on one address only: going anywhere closes the drawer.
  const [openOn, setOpenOn] = useState<string | null>(null)
  const { state } = useNavigation()
  useEffect(() => {
    if (found.data) writeStored(LAST_PROJECT, String(found.data.id))
  }, [found.data])
  return (
    <Box sx={{ display: 'flex', minHeight: '100vh' }}>
      <SkipLink />
      <Box component="div" sx={{ width: NAV_WIDTH, flexShrink: 0, display: { xs: 'none', md: 'block' } }}>
        <Box sx={{ position: 'fixed', width: NAV_WIDTH, top: 0, bottom: 0, borderRight: 1, borderColor: 'divider', bgcolor: 'background.paper', overflow: 'auto' }}>
          <SideNav project={project} />
        </Box>
      </Box>
      <Drawer open={openOn === pathname} onClose={() => setOpenOn(null)} sx={{ display: { md: 'none' } }} slotProps={{ paper: { sx: { width: 264 } } }}>
        <SideNav project={project} />
      </Drawer>
      <Box sx={{ flex: 1, minWidth: 0, display: 'flex', flexDirection: 'column' }}>
        <Box
          component="header"
          sx={{ position: 'sticky', top: 0, zIndex: 'appBar', height: 56, display: 'flex', alignItems: 'center', gap: { xs: 1, sm: 3 }, px: { xs: 2, sm: 6 }, bgcolor: 'background.paper', borderBottom: 1, borderColor: 'divider' }}
        >
          <IconButton aria-label="Open the menu" onClick={() => setOpenOn(pathname)} sx={{ display: { md: 'none' } }}>
            <MenuIcon />
          </IconButton>
          <Box component={Link} to="/" aria-label="Trainyard, start" sx={{ display: { xs: 'none', sm: 'inline-flex', md: 'none' }, textDecoration: 'none' }}>
            <Logo />
          </Box>
          <SearchBox project={project} />
          <Box sx={{ flex: 1 }} />
          <HostState project={project} />
          <UserMenu project={project} />
          {state === 'loading' && <LinearProgress aria-label="Loading the page" sx={{ position: 'absolute', left: 0, right: 0, bottom: -1, height: 2, borderRadius: 0 }} />}
        </Box>
        <Box component="main" id="main" tabIndex={-1} sx={{ flex: 1, px: { xs: 3, sm: 6 }, py: 5, width: '100%', maxWidth: 1560, mx: 'auto', outline: 'none' }}>
          {found.isError ? <ErrorState error={found.error} onRetry={() => void found.refetch()} what="project" /> : <Outlet />}
        </Box>
      </Box>
      <UploadPanel />
    </Box>
  )
}
