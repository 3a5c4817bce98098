import AccountCircle from '@mui/icons-material/AccountCircleOutlined'
import Api from '@mui/icons-material/ApiOutlined'
import Brightness from '@mui/icons-material/SettingsBrightnessOutlined'
import DarkMode from '@mui/icons-material/DarkModeOutlined'
import Key from '@mui/icons-material/KeyOutlined'
import LightMode from '@mui/icons-material/LightModeOutlined'
import Logout from '@mui/icons-material/LogoutOutlined'
import Admin from '@mui/icons-material/AdminPanelSettingsOutlined'
import Box from '@mui/material/Box'
import Divider from '@mui/material/Divider'
import IconButton from '@mui/material/IconButton'
import ListItemIcon from '@mui/material/ListItemIcon'
import Menu from '@mui/material/Menu'
import MenuItem from '@mui/material/MenuItem'
import Tooltip from '@mui/material/Tooltip'
import Typography from '@mui/material/Typography'
import { useColorScheme } from '@mui/material/styles'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link, useNavigate } from 'react-router'
import { paths } from '@/config/paths'
import { sessionQuery, useSignOut } from '@/features/auth/api/session'
import { messageOf } from '@/lib/errors'
import { toast } from '@/lib/toasts'

const MODES = [
  ['light', 'Light', LightMode],
  ['dark', 'Dark', DarkMode],
  ['system', 'As the system', Brightness],
] as const

export function UserMenu({ project }: { project: number }) {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null)
  const { mode, setMode } = useColorScheme()
  const session = useQuery(sessionQuery)
  const signOut = useSignOut()
  const navigate = useNavigate()
  const user = session.data?.user
  const close = (): void => setAnchor(null)
  const leave = (): void =>
    signOut.mutate(undefined, {
      onSuccess: () => void navigate(paths.signIn()),
      onError: (error) => toast(messageOf(error), 'error'),
    })
  return (
    <>
      <Tooltip title="Account and look">
        <IconButton aria-label="Account and look" aria-haspopup="menu" aria-expanded={anchor !== null} onClick={(event) => setAnchor(event.currentTarget)}>
          <AccountCircle />
        </IconButton>
      </Tooltip>
      <Menu anchorEl={anchor} open={anchor !== null} onClose={close} slotProps={{ paper: { sx: { minWidth: 220 } } }}>
        <Box component="li" role="none" sx={{ px: 4, py: 2 }}>
          <Typography sx={{ fontWeight: 600 }}>{user?.username}</Typography>
          <Typography variant="caption" sx={{ color: 'text.secondary' }}>
            {user?.email || (user?.is_staff ? 'Administrator' : 'Member')}
          </Typography>
        </Box>
        <Divider component="li" role="none" />
        {MODES.map(([value, label, Icon]) => (
          <MenuItem key={value} selected={mode === value} role="menuitemradio" aria-checked={mode === value} onClick={() => setMode(value)}>
            <ListItemIcon>
              <Icon fontSize="small" />
            </ListItemIcon>
            {label}
          </MenuItem>
        ))}
        <Divider component="li" role="none" />
        <MenuItem component={Link} to={paths.settings(project, 'tokens')} onClick={close}>
          <ListItemIcon>
            <Key fontSize="small" />
          </ListItemIcon>
          API tokens
        </MenuItem>
        <MenuItem component="a" href="/api/docs/" target="_blank" rel="noreferrer">
          <ListItemIcon>
            <Api fontSize="small" />
          </ListItemIcon>
          API documentation
        </MenuItem>
        {user?.is_staff && (
          <MenuItem component="a" href="/admin/">
            <ListItemIcon>
              <Admin fontSize="small" />
            </ListItemIcon>
            Administration
          </MenuItem>
        )}
        <Divider component="li" role="none" />
        <MenuItem onClick={leave}>
          <ListItemIcon>
            <Logout fontSize="small" />
          </ListItemIcon>
          Sign out
        </MenuItem>
      </Menu>
    </>
  )
}
