import Box from '@mui/material/Box'
import Typography from '@mui/material/Typography'
import type { IconType } from '@/components/ui/icon-type'
import type { ReactNode } from 'react'

interface Props {
  icon: IconType
  title: string
  children: ReactNode
  /** The one next step. */
  action?: ReactNode
}

/** Where nothing is yet: what would be here, and the one next step. */
export function EmptyState({ icon: Icon, title, children, action }: Props) {
  return (
    <Box sx={{ textAlign: 'center', py: 14, px: 6, mx: 'auto', maxWidth: 480 }}>
      <Box
        sx={{
          width: 56,
          height: 56,
          mx: 'auto',
          mb: 4,
          borderRadius: '50%',
          display: 'grid',
          placeItems: 'center',
          color: 'primary.main',
          bgcolor: 'action.selected',
        }}
      >
        <Icon />
      </Box>
      <Typography variant="h3" component="h2" gutterBottom>
        {title}
      </Typography>
      <Typography component="div" sx={{ color: 'text.secondary', mb: action ? 5 : 0 }}>
        {children}
      </Typography>
      {action}
    </Box>
  )
}
