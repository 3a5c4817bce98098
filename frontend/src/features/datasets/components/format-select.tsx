import MenuItem from '@mui/material/MenuItem'
import TextField from '@mui/material/TextField'
import { useQuery } from '@tanstack/react-query'
import { formatsQuery } from '@/features/datasets/api/formats'

interface Props {
  label: string
  value: string
  onChange: (key: string) => void
  /** The text of a first choice with an empty key, where none needs to be made. */
  none?: string
}

/** One of the annotation formats. */
export function FormatSelect({ label, value, onChange, none }: Props) {
  const formats = useQuery(formatsQuery())
  const listed = formats.data ?? []
  const isKnown = value === '' ? none !== undefined : listed.some((format) => format.key === value)
  return (
    <TextField
      select
      fullWidth
      label={label}
      value={isKnown ? value : ''}
      onChange={(event) => onChange(event.target.value)}
      error={formats.isError}
      helperText={formats.isError ? 'The formats could not be loaded. Reload the page.' : undefined}
      sx={{ mt: 2 }}
      slotProps={none === undefined ? undefined : { inputLabel: { shrink: true }, select: { displayEmpty: true } }}
    >
      {none !== undefined && <MenuItem value="">{none}</MenuItem>}
      {listed.map((format) => (
        <MenuItem key={format.key} value={format.key}>
          {format.title}
        </MenuItem>
      ))}
    </TextField>
  )
}
