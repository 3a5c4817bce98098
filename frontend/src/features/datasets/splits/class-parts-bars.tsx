import Warning from '@mui/icons-material/WarningAmberOutlined'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Tooltip from '@mui/material/Tooltip'
import Typography from '@mui/material/Typography'
import { useState } from 'react'
import type { ClassParts, Part } from '@/api/types'
import { PartBar } from '@/features/datasets/splits/part-bar'
import { PART_LABELS } from '@/features/datasets/splits/parts'
import { count } from '@/lib/format'

const SHOWN = 12

/** Per class: how its images are shared out; says which class a part lacks. */
export function ClassPartsBars({ classes, parts }: { classes: ClassParts[]; parts: readonly Part[] }) {
  const [all, setAll] = useState(false)
  const lacking = (row: ClassParts): Part[] => parts.filter((part) => row[part] === 0)
  // What is amiss first, then by size.
  const sorted = [...classes].sort((a, b) => lacking(b).length - lacking(a).length || sum(b) - sum(a))
  if (classes.length === 0) {
    return (
      <Typography variant="body2" sx={{ color: 'text.secondary' }}>
        No image is annotated yet, so there are no classes to balance.
      </Typography>
    )
  }
  return (
    <>
      <Box component="ul" aria-label="Images per class and part" sx={{ listStyle: 'none', p: 0, m: 0, display: 'grid', gap: 2 }}>
        {(all ? sorted : sorted.slice(0, SHOWN)).map((row) => {
          const missing = lacking(row).map((part) => PART_LABELS[part].toLowerCase())
          return (
            <Box component="li" key={row.name} sx={{ display: 'grid', gridTemplateColumns: 'minmax(72px, 140px) minmax(0, 1fr) auto', gap: 3, alignItems: 'center', fontSize: 13 }}>
              <Box component="span" sx={{ overflow: 'hidden', textOverflow: 'ellipsis' }} title={row.name}>
                {row.name}
              </Box>
              <PartBar bare counts={row} without={row.none} />
              <Box component="span" sx={{ display: 'inline-flex', gap: 1.5, alignItems: 'center', justifyContent: 'end', minWidth: 104, fontVariantNumeric: 'tabular-nums', color: 'text.secondary' }}>
                {missing.length > 0 && (
                  <Tooltip title={`No image of ${row.name} for ${missing.join(' and ')}`}>
                    <Warning fontSize="small" color="warning" titleAccess={`No image for ${missing.join(' and ')}`} />
                  </Tooltip>
                )}
                {parts.map((part) => count(row[part])).join(' · ')}
              </Box>
            </Box>
          )
        })}
      </Box>
      {classes.length > SHOWN && (
        <Button sx={{ mt: 2 }} onClick={() => setAll(!all)}>
          {all ? 'Show fewer classes' : `Show all ${count(classes.length)} classes`}
        </Button>
      )}
    </>
  )
}

const sum = (row: ClassParts): number => row.train + row.val + row.test + row.none
