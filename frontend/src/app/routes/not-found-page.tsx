import BugReport from '@mui/icons-material/BugReportOutlined'
import SearchOff from '@mui/icons-material/SearchOffOutlined'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import { Link, useRouteError } from 'react-router'
import { EmptyState } from '@/components/ui/empty-state'
import { messageOf } from '@/lib/errors'

export function NotFoundPage() {
  return (
    <Box component="main" sx={{ minHeight: '60vh', display: 'grid', alignItems: 'center' }}>
      <EmptyState
        icon={SearchOff}
        title="There is no such page"
        action={
          <Button component={Link} to="/" variant="contained">
            Go to the start
          </Button>
        }
      >
        The address may be mistyped, or what it led to was deleted.
      </EmptyState>
    </Box>
  )
}

/** A page broke: say so, and offer to load it anew (after an update of the platform that is all it takes). */
export function CrashPage() {
  const error = useRouteError()
  return (
    <Box component="main" sx={{ minHeight: '60vh', display: 'grid', alignItems: 'center' }}>
      <EmptyState
        icon={BugReport}
        title="This page broke"
        action={
          <Button variant="contained" onClick={() => window.location.reload()}>
            Load it again
          </Button>
        }
      >
        {messageOf(error)}
      </EmptyState>
    </Box>
  )
}
