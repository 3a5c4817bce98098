import Alert from '@mui/material/Alert'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Typography from '@mui/material/Typography'
import { useState } from 'react'
import type { Loss, LossEffect } from '@/api/types'
import { count } from '@/lib/format'

const HEADINGS: Record<LossEffect, string> = {
  dropped: 'Left out',
  not_held: 'Cannot be held by this format',
  clipped: 'Cut',
  approximated: 'Changed into what the format can hold',
  renamed: 'Renamed',
}
const ORDER = Object.keys(HEADINGS) as LossEffect[]

function Examples({ loss }: { loss: Loss }) {
  return (
    <Box component="ul" sx={{ m: 0, mt: 1, p: 0, listStyle: 'none', fontSize: 13, color: 'text.secondary' }}>
      {loss.examples.map((example, index) => (
        <Box component="li" key={index} sx={{ overflowWrap: 'anywhere' }}>
          {(example.image || example.file) && <code>{example.image || example.file}</code>}
          {example.line !== null && ` line ${example.line}`} {example.message}
        </Box>
      ))}
    </Box>
  )
}

function LossItem({ loss }: { loss: Loss }) {
  const [open, setOpen] = useState(false)
  const hasExamples = loss.examples.length > 0
  return (
    <Box component="li" sx={{ display: 'grid', gridTemplateColumns: '64px 1fr', gap: 3, py: 2, borderTop: 1, borderColor: 'divider' }}>
      <Typography sx={{ fontWeight: 650, textAlign: 'right', fontVariantNumeric: 'tabular-nums' }}>{count(loss.count)}</Typography>
      <Box sx={{ minWidth: 0 }}>
        <Typography variant="body2">{loss.message}</Typography>
        {hasExamples && (
          <Button size="small" onClick={() => setOpen(!open)} aria-expanded={open} sx={{ ml: -1.5, mt: 0.5 }}>
            {open ? 'Hide examples' : 'Show examples'}
          </Button>
        )}
        {open && <Examples loss={loss} />}
      </Box>
    </Box>
  )
}

/** What a translation between formats loses, the worst first; says so when it loses nothing. */
export function LossList({ losses, nothing = 'Nothing is lost.' }: { losses: Loss[]; nothing?: string }) {
  if (losses.length === 0) return <Alert severity="success">{nothing}</Alert>
  return (
    <Box>
      {ORDER.map((effect) => {
        const some = losses.filter((loss) => loss.effect === effect)
        if (some.length === 0) return null
        return (
          <Box key={effect} sx={{ mt: 3 }}>
            <Typography variant="h6" component="h4" sx={{ mb: 1 }}>
              {HEADINGS[effect]}
            </Typography>
            <Box component="ul" sx={{ m: 0, p: 0, listStyle: 'none' }}>
              {some.map((loss) => (
                <LossItem key={loss.code} loss={loss} />
              ))}
            </Box>
          </Box>
        )
      })}
    </Box>
  )
}
