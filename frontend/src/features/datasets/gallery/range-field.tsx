import Box from '@mui/material/Box'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import { useState } from 'react'

interface Props {
  label: string
  unit: string
  low: string
  high: string
  onChange: (low: string, high: string) => void
}

/** A number or nothing; what is no number counts as nothing. */
const clean = (text: string): string => {
  const value = Number(text.trim().replace(',', '.'))
  return text.trim() !== '' && Number.isFinite(value) && value >= 0 ? String(value) : ''
}

/** From … to …; taken when the field is left or Enter is pressed. */
export function RangeField({ label, unit, low, high, onChange }: Props) {
  const [texts, setTexts] = useState<[string, string]>([low, high])
  const [seen, setSeen] = useState(`${low}|${high}`)
  if (seen !== `${low}|${high}`) {
    setSeen(`${low}|${high}`)
    setTexts([low, high])
  }
  const commit = (): void => {
    const [a, b] = [clean(texts[0]), clean(texts[1])]
    if (a !== low || b !== high) onChange(a, b)
  }
  const field = (at: 0 | 1, word: string) => (
    <TextField
      value={texts[at]}
      onChange={(event) => setTexts(at === 0 ? [event.target.value, texts[1]] : [texts[0], event.target.value])}
      onBlur={commit}
      onKeyDown={(event) => event.key === 'Enter' && commit()}
      placeholder={word}
      slotProps={{ htmlInput: { 'aria-label': `${label}, ${word}`, inputMode: 'decimal' }, input: { sx: { fontSize: 13, '& input': { py: '5px', px: 2 } } } }}
      sx={{ flex: 1, minWidth: 0 }}
    />
  )
  return (
    <Box>
      <Typography variant="caption" component="div" sx={{ color: 'text.secondary', mb: 0.5 }}>
        {label}
        {unit && ` (${unit})`}
      </Typography>
      <Box sx={{ display: 'flex', gap: 2, alignItems: 'center' }}>
        {field(0, 'from')}
        <span aria-hidden>–</span>
        {field(1, 'to')}
      </Box>
    </Box>
  )
}
