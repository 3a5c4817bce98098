import Box from '@mui/material/Box'
import Card from '@mui/material/Card'
import Typography from '@mui/material/Typography'
import type { ReactNode } from 'react'

interface Props {
  title: string
  children: ReactNode
  actions?: ReactNode
  /** Content that reaches the card's edges, such as a table. */
  flush?: boolean
}

export function Section({ title, children, actions, flush = false }: Props) {
  return (
    <Card component="section" aria-label={title} sx={{ minWidth: 0 }}>
      <Box sx={{ display: 'flex', justifyContent: 'space-between', alignItems: 'center', gap: 2, px: 4, pt: 3, pb: flush ? 2 : 1, flexWrap: 'wrap' }}>
        <Typography variant="h4" component="h2">
          {title}
        </Typography>
        {actions}
      </Box>
      <Box sx={flush ? { overflowX: 'auto' } : { px: 4, pb: 4, pt: 1 }}>{children}</Box>
    </Card>
  )
}
