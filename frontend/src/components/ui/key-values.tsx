import Box from '@mui/material/Box'
import { Fragment, type ReactNode } from 'react'

/** Names and values in two columns. */
export function KeyValues({ rows, labelWidth = 150 }: { rows: [string, ReactNode][]; labelWidth?: number }) {
  return (
    <Box component="dl" sx={{ display: 'grid', gridTemplateColumns: `minmax(96px, ${labelWidth}px) minmax(0, 1fr)`, gap: '8px 16px', m: 0, fontSize: 13 }}>
      {rows.map(([label, value]) => (
        <Fragment key={label}>
          <Box component="dt" sx={{ color: 'text.secondary' }}>
            {label}
          </Box>
          <Box component="dd" sx={{ m: 0, overflowWrap: 'anywhere' }}>
            {value}
          </Box>
        </Fragment>
      ))}
    </Box>
  )
}
