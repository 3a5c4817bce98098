import Box from '@mui/material/Box'
import MenuItem from '@mui/material/MenuItem'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import type { Dataset, DatasetVersion, PartCounts } from '@/api/types'
import { PARTS } from '@/features/datasets/splits/parts'
import type { NamedVersion } from '@/features/runs/components/use-named-version'
import { count, plural } from '@/lib/format'

const NOW = 'now'

function splitText(name: string, counts: PartCounts): string {
  if (name === '') return 'no split: the template draws its own'
  const parts = PARTS.filter((part) => (counts[part] ?? 0) > 0).map((part) => `${part} ${count(counts[part] ?? 0)}`)
  return `split ${name} (${parts.join(', ') || 'empty'})`
}

const figures = (data: Dataset | DatasetVersion): string => `${plural(data.image_count, 'image')}, ${count(data.annotated_count)} annotated`

interface Props {
  dataset: Dataset
  named: NamedVersion
  /** The number of a version; null: the data set as it is now. */
  value: number | null
  onChange: (version: number | null) => void
}

/** Which state of the data set the run uses, with the split that lies in it. */
export function VersionSelect({ dataset, named, value, onChange }: Props) {
  const split = dataset.split as Dataset['split'] | null
  const { versions = [], version, problem } = named
  const now = `${figures(dataset)}; ${splitText(split?.name ?? '', split?.counts ?? {})}. Frozen as a version when you start.`
  return (
    <TextField
      select
      label="Data set version"
      value={value ?? NOW}
      onChange={(event) => onChange(event.target.value === NOW ? null : Number(event.target.value))}
      error={problem !== null}
      helperText={value === null ? now : (problem ?? (version && `${figures(version)}; ${splitText(version.split_name, version.split_counts)}.`) ?? ' ')}
      slotProps={{ select: { renderValue: (chosen) => (chosen === NOW ? 'As it is now' : `Version ${String(chosen)}`), MenuProps: { slotProps: { paper: { sx: { maxHeight: 420, maxWidth: 420 } } } } } }}
    >
      <MenuItem value={NOW}>As it is now</MenuItem>
      {value !== null && version === undefined && (
        <MenuItem value={value} disabled>
          Version {value}
        </MenuItem>
      )}
      {versions.map((one) => (
        <MenuItem key={one.id} value={one.number} sx={{ display: 'block', whiteSpace: 'normal' }}>
          <Box component="span">
            Version {one.number}
            {one.note && ` · ${one.note}`}
          </Box>
          <Typography variant="caption" component="div" sx={{ color: 'text.secondary' }}>
            {plural(one.image_count, 'image')}; {splitText(one.split_name, one.split_counts)}
          </Typography>
        </MenuItem>
      ))}
    </TextField>
  )
}
