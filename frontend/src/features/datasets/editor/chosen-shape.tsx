import Box from '@mui/material/Box'
import Checkbox from '@mui/material/Checkbox'
import FormControlLabel from '@mui/material/FormControlLabel'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import type { Dispatch } from 'react'
import type { LabelRow, Shape } from '@/api/types'
import type { EditAction } from '@/features/datasets/editor/edit-state'
import { LabelSelect } from '@/features/datasets/editor/label-select'
import { inline } from '@/lib/json'

interface Props {
  shape: Shape
  labels: LabelRow[]
  dispatch: Dispatch<EditAction>
}

/** Class and attributes of the shape that is chosen. */
export function ChosenShape({ shape, labels, dispatch }: Props) {
  const change = (part: Partial<Shape>, merge = ''): void => dispatch({ type: 'change', id: shape.id, to: (old) => ({ ...old, ...part }) as Shape, merge })
  return (
    <Box sx={{ mb: 4, display: 'grid', gap: 2 }}>
      <Typography variant="h4" component="h2">
        Chosen {shape.kind}
      </Typography>
      <LabelSelect key={shape.id} labels={labels} value={shape.label} onChange={(label) => change({ label })} title="Class of what is chosen" />
      <FormControlLabel control={<Checkbox checked={shape.occluded} onChange={(event) => change({ occluded: event.target.checked })} />} label="Occluded" disableTypography sx={{ fontSize: 13 }} />
      {Object.entries(shape.attributes).map(([name, value]) => (
        <TextField
          key={name}
          label={name}
          value={inline(value)}
          onChange={(event) => change({ attributes: { ...shape.attributes, [name]: event.target.value } }, `attribute ${shape.id} ${name}`)}
        />
      ))}
    </Box>
  )
}
