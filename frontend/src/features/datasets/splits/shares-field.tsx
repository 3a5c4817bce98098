import Box from '@mui/material/Box'
import FormLabel from '@mui/material/FormLabel'
import InputAdornment from '@mui/material/InputAdornment'
import Slider from '@mui/material/Slider'
import TextField from '@mui/material/TextField'
import { useId } from 'react'
import type { Part } from '@/api/types'
import { PART_COLORS, PART_LABELS, PARTS } from '@/features/datasets/splits/parts'

type Shares = Record<Part, number>

/** A typed share; the other parts make room, the last ones first. */
export function withShare(shares: Shares, part: Part, typed: number): Shares {
  const value = Math.min(100, Math.max(0, Number.isFinite(typed) ? typed : 0))
  const others = PARTS.filter((other) => other !== part)
  const next = { ...shares, [part]: value }
  let left = 100 - value
  const before = others.reduce((sum, other) => sum + shares[other], 0)
  others.forEach((other, index) => {
    const last = index === others.length - 1
    next[other] = last ? left : Math.min(left, before === 0 ? left : Math.round((shares[other] / before) * (100 - value)))
    left -= next[other]
  })
  return next
}

/** Percentages of the parts: a bar with two handles, and a field for each; together always 100. */
export function SharesField({ shares, onChange }: { shares: Shares; onChange: (shares: Shares) => void }) {
  const labelId = useId()
  const cuts = [shares.train, shares.train + shares.val]
  const [first = 0, second = 0] = cuts
  const band = (part: Part, from: number, to: number): string => `${PART_COLORS[part]} ${from}% ${to}%`
  const gradient = `linear-gradient(to right, ${band('train', 0, first)}, ${band('val', first, second)}, ${band('test', second, 100)})`
  return (
    <Box role="group" aria-labelledby={labelId}>
      <FormLabel id={labelId} sx={{ fontSize: 13 }}>
        Shares
      </FormLabel>
      <Box sx={{ px: 2.5 }}>
        <Slider
          value={cuts}
          onChange={(_, value) => {
            const [low = 0, high = 0] = value as number[]
            onChange({ train: low, val: high - low, test: 100 - high })
          }}
          step={1}
          track={false}
          getAriaLabel={(index) => (index === 0 ? 'End of the train part, in percent' : 'End of the validation part, in percent')}
          slotProps={{ rail: { style: { background: gradient, opacity: 1 } } }}
          sx={{ height: 12, '& .MuiSlider-thumb': { bgcolor: 'background.paper', border: 2, borderColor: 'text.primary' } }}
        />
      </Box>
      <Box sx={{ display: 'grid', gridTemplateColumns: 'repeat(3, minmax(0, 1fr))', gap: 3, mt: 1 }}>
        {PARTS.map((part) => (
          <TextField
            key={part}
            label={PART_LABELS[part]}
            type="number"
            value={shares[part]}
            onChange={(event) => onChange(withShare(shares, part, Math.round(Number(event.target.value))))}
            slotProps={{ htmlInput: { min: 0, max: 100 }, input: { endAdornment: <InputAdornment position="end">%</InputAdornment> } }}
          />
        ))}
      </Box>
    </Box>
  )
}
