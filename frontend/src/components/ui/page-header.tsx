import Box from '@mui/material/Box'
import Breadcrumbs from '@mui/material/Breadcrumbs'
import Link from '@mui/material/Link'
import Typography from '@mui/material/Typography'
import { useEffect, type ReactNode } from 'react'
import { Link as RouterLink } from 'react-router'

interface Props {
  title: string
  /** Shown instead of the plain title, for example an editable name. */
  heading?: ReactNode
  crumbs?: { label: string; href: string }[]
  meta?: ReactNode
  actions?: ReactNode
  description?: ReactNode
}

export function PageHeader({ title, heading, crumbs, meta, actions, description }: Props) {
  useEffect(() => {
    document.title = `${title} · Trainyard`
  }, [title])
  return (
    <Box component="header" sx={{ mb: 5 }}>
      {crumbs && (
        <Breadcrumbs sx={{ fontSize: 13, mb: 1 }} aria-label="Where you are">
          {crumbs.map((crumb) => (
            <Link key={crumb.href} component={RouterLink} to={crumb.href} color="text.secondary" underline="hover">
              {crumb.label}
            </Link>
          ))}
        </Breadcrumbs>
      )}
      <Box sx={{ display: 'flex', gap: 3, alignItems: 'flex-start', flexWrap: 'wrap', justifyContent: 'space-between' }}>
        <Box sx={{ minWidth: 0, flex: '1 1 320px' }}>
          <Box sx={{ display: 'flex', gap: 3, alignItems: 'center', flexWrap: 'wrap' }}>
            <Typography variant="h1" sx={{ overflowWrap: 'anywhere' }}>
              {heading ?? title}
            </Typography>
            {meta}
          </Box>
          {description && (
            <Typography component="div" sx={{ color: 'text.secondary', mt: 1, maxWidth: 760 }}>
              {description}
            </Typography>
          )}
        </Box>
        {actions && <Box sx={{ display: 'flex', gap: 2, flexWrap: 'wrap', alignItems: 'center' }}>{actions}</Box>}
      </Box>
    </Box>
  )
}
