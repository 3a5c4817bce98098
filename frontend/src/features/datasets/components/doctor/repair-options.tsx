import FormControl from '@mui/material/FormControl'
import FormControlLabel from '@mui/material/FormControlLabel'
import FormLabel from '@mui/material/FormLabel'
import MenuItem from '@mui/material/MenuItem'
import Radio from '@mui/material/Radio'
import RadioGroup from '@mui/material/RadioGroup'
import TextField from '@mui/material/TextField'
import type { Dataset, FindingKind, RepairRequest } from '@/api/types'

type Options = NonNullable<RepairRequest['options']>
const PAIRS = new Set(['image.duplicate', 'image.near_duplicate'])

interface Props {
  dataset: Dataset
  kind: FindingKind
  repair: string
  options: Options
  onChange: (options: Options) => void
}

/** What a repair wants to know; nothing for most. */
export function RepairOptions({ dataset, kind, repair, options, onChange }: Props) {
  if (repair === 'merge_classes') {
    const hasSuggestion = kind.code !== 'class.rare'
    return (
      <TextField
        select
        fullWidth
        size="small"
        label="Class to keep"
        sx={{ mb: 3, mt: 1 }}
        value={options.into ?? ''}
        onChange={(event) => onChange(event.target.value === '' ? {} : { into: Number(event.target.value) })}
        slotProps={{ select: { displayEmpty: true }, inputLabel: { shrink: true } }}
      >
        <MenuItem value="">{hasSuggestion ? 'The more frequent one of each pair' : 'Choose…'}</MenuItem>
        {dataset.labels.map((label) => (
          <MenuItem key={label.id} value={label.id}>
            {label.name} ({label.shape_count})
          </MenuItem>
        ))}
      </TextField>
    )
  }
  if (repair === 'remove_images' && PAIRS.has(kind.code)) {
    return (
      <FormControl sx={{ mb: 2 }}>
        <FormLabel>Keep</FormLabel>
        <RadioGroup row value={options.keep ?? 'labelled'} onChange={(_, value) => onChange({ keep: value === 'first' ? 'first' : 'labelled' })}>
          <FormControlLabel value="labelled" control={<Radio size="small" />} label="the one with the most labels" />
          <FormControlLabel value="first" control={<Radio size="small" />} label="the first by name" />
        </RadioGroup>
      </FormControl>
    )
  }
  return null
}
