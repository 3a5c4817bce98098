import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Checkbox from '@mui/material/Checkbox'
import Dialog from '@mui/material/Dialog'
import DialogActions from '@mui/material/DialogActions'
import DialogContent from '@mui/material/DialogContent'
import DialogTitle from '@mui/material/DialogTitle'
import FormControlLabel from '@mui/material/FormControlLabel'
import TextField from '@mui/material/TextField'
import { useId, useState, type FormEvent } from 'react'
import type { ExaminationOptions } from '@/api/types'

type Threshold = Exclude<keyof ExaminationOptions, 'read_files'>

/** Name, words, least, most, step: as the server takes them. */
const FIELDS: [Threshold, string, number, number, number][] = [
  ['outside_pixels', 'Shapes may reach beyond the image by so many pixels', 0, 1000, 0.5],
  ['same_place_iou', 'Two shapes are at one place from this overlap on', 0.5, 1, 0.01],
  ['small_object_pixels', 'Objects are very small below a square of this side (pixels)', 0, 1000, 0.5],
  ['tiny_image_pixels', 'Images are tiny below this side (pixels)', 0, 10_000, 1],
  ['size_factor', 'Images are of an odd size when so many times larger or smaller', 1.5, 1000, 0.5],
  ['few_examples', 'Classes have too few examples below', 0, 1_000_000, 1],
  ['near_bits', 'Images look alike when at most so many of 64 bits differ', 0, 10, 1],
]

interface Props {
  options: ExaminationOptions
  onStart: (options: Partial<ExaminationOptions>) => void
  onClose: () => void
}

/** What counts as odd; kept for later examinations of this data set. */
export function ExaminationDialog({ options, onStart, onClose }: Props) {
  const [values, setValues] = useState(() => Object.fromEntries(FIELDS.map(([name]) => [name, String(options[name])])))
  const [readFiles, setReadFiles] = useState(false)
  const titleId = useId()
  const formId = useId()
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    onStart({ ...Object.fromEntries(FIELDS.map(([name]) => [name, Number(values[name])])), read_files: readFiles })
  }
  return (
    <Dialog open onClose={onClose} maxWidth="sm" fullWidth aria-labelledby={titleId}>
      <DialogTitle id={titleId}>What counts as odd</DialogTitle>
      <DialogContent>
        <Box component="form" id={formId} onSubmit={submit} sx={{ display: 'grid', gap: 4, pt: 2 }}>
          {FIELDS.map(([name, label, min, max, step]) => (
            <TextField
              key={name}
              size="small"
              type="number"
              required
              label={label}
              value={values[name]}
              onChange={(event) => setValues({ ...values, [name]: event.target.value })}
              slotProps={{ htmlInput: { min, max, step } }}
            />
          ))}
          <FormControlLabel
            control={<Checkbox checked={readFiles} onChange={(_, checked) => setReadFiles(checked)} />}
            label="This once, read every file again (finds silent damage of disks; takes longer)"
          />
        </Box>
      </DialogContent>
      <DialogActions sx={{ px: 6, pb: 4 }}>
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" form={formId} variant="contained">
          Examine
        </Button>
      </DialogActions>
    </Dialog>
  )
}
