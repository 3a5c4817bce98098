import Autocomplete from '@mui/material/Autocomplete'
import Box from '@mui/material/Box'
import Chip from '@mui/material/Chip'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import { useState, type Dispatch } from 'react'
import type { LabelRow, Shape } from '@/api/types'
import type { EditAction } from '@/features/datasets/editor/edit-state'

/** Classes of the picture as a whole. */
export function TagEditor({ shapes, labels, dispatch }: { shapes: Shape[]; labels: LabelRow[]; dispatch: Dispatch<EditAction> }) {
  const [text, setText] = useState('')
  const tags = shapes.filter((shape) => shape.kind === 'tag')
  const add = (label: string): void => {
    setText('')
    if (label.trim() && !tags.some((tag) => tag.label === label.trim())) dispatch({ type: 'add', shape: { kind: 'tag', label: label.trim(), geometry: {} } })
  }
  return (
    <Box sx={{ mb: 4 }}>
      <Typography variant="h4" component="h2" sx={{ mb: 1.5 }}>
        Tags
      </Typography>
      <Box sx={{ display: 'flex', gap: 1, flexWrap: 'wrap', mb: tags.length > 0 ? 2 : 0 }}>
        {tags.map((tag) => (
          <Chip key={tag.id} label={tag.label} onDelete={() => dispatch({ type: 'remove', id: tag.id })} />
        ))}
      </Box>
      <Autocomplete
        freeSolo
        value={null}
        inputValue={text}
        onInputChange={(_, value, reason) => reason !== 'reset' && setText(value)}
        onChange={(_, value) => value && add(value)}
        options={labels.map((label) => label.name).filter((name) => !tags.some((tag) => tag.label === name))}
        renderInput={(params) => <TextField {...params} label="Add a tag" />}
      />
    </Box>
  )
}
