import Autocomplete from '@mui/material/Autocomplete'
import Box from '@mui/material/Box'
import TextField from '@mui/material/TextField'
import type { LabelRow } from '@/api/types'
import { FALLBACK_COLOR } from '@/features/datasets/components/shape-overlay'

interface Props {
  labels: LabelRow[]
  value: string
  onChange: (label: string) => void
  title: string
}

/** A class of the data set, or a new one that is made when the image is saved. */
export function LabelSelect({ labels, value, onChange, title }: Props) {
  const color = (name: string): string => labels.find((label) => label.name === name)?.color || FALLBACK_COLOR
  return (
    <Autocomplete
      freeSolo
      disableClearable
      autoSelect
      value={value}
      onChange={(_, next) => next.trim() && onChange(next.trim())}
      options={labels.map((label) => label.name)}
      renderOption={({ key, ...props }, option) => (
        <Box component="li" key={key} {...props} sx={{ gap: 2 }}>
          <Box aria-hidden style={{ background: color(option) }} sx={{ width: 10, height: 10, borderRadius: '3px', flexShrink: 0 }} />
          {option}
          {labels.findIndex((label) => label.name === option) < 9 && (
            <Box component="kbd" sx={{ ml: 'auto', color: 'text.secondary', fontSize: 12 }}>
              {labels.findIndex((label) => label.name === option) + 1}
            </Box>
          )}
        </Box>
      )}
      renderInput={(params) => <TextField {...params} label={title} size="small" />}
    />
  )
}
