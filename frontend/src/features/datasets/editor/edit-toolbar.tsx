import CropSquare from '@mui/icons-material/CropSquareOutlined'
import NearMe from '@mui/icons-material/NearMeOutlined'
import Pentagon from '@mui/icons-material/PentagonOutlined'
import Redo from '@mui/icons-material/RedoOutlined'
import Save from '@mui/icons-material/SaveOutlined'
import Undo from '@mui/icons-material/UndoOutlined'
import Alert from '@mui/material/Alert'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import IconButton from '@mui/material/IconButton'
import ToggleButton from '@mui/material/ToggleButton'
import ToggleButtonGroup from '@mui/material/ToggleButtonGroup'
import Tooltip from '@mui/material/Tooltip'
import type { LabelRow } from '@/api/types'
import type { Tool } from '@/features/datasets/editor/edit-layer'
import { LabelSelect } from '@/features/datasets/editor/label-select'
import type { Editor } from '@/features/datasets/editor/use-editor'
import { ago } from '@/lib/format'

const TOOLS: [Tool, string, React.ReactNode][] = [
  ['select', 'Choose and move (V)', <NearMe key="v" fontSize="small" />],
  ['box', 'Draw a box (B)', <CropSquare key="b" fontSize="small" />],
  ['polygon', 'Draw a polygon (P)', <Pentagon key="p" fontSize="small" />],
]

interface Props {
  editor: Editor
  tool: Tool
  onTool: (tool: Tool) => void
  labels: LabelRow[]
  label: string
  onLabel: (label: string) => void
  onDone: () => void
}

/** Tools, class, undo and save. All of it is there from the start, so that the picture below stays where it is at the first stroke. */
export function EditToolbar({ editor, tool, onTool, labels, label, onLabel, onDone }: Props) {
  return (
    <Box sx={{ display: 'grid', gap: 2, mb: 2 }}>
      <Box role="toolbar" aria-label="Editing" sx={{ display: 'flex', gap: 2, alignItems: 'center', flexWrap: 'wrap' }}>
        <ToggleButtonGroup exclusive size="small" value={tool} onChange={(_, next: Tool | null) => next && onTool(next)} aria-label="Tool">
          {TOOLS.map(([value, title, icon]) => (
            <ToggleButton key={value} value={value} aria-label={title} title={title} sx={{ px: 2, py: 1 }}>
              {icon}
            </ToggleButton>
          ))}
        </ToggleButtonGroup>
        <Box sx={{ flex: '1 1 120px', minWidth: 120, maxWidth: 220 }}>
          <LabelSelect labels={labels} value={label} onChange={onLabel} title="Class" />
        </Box>
        <Tooltip title="Undo (Ctrl+Z)">
          <span>
            <IconButton aria-label="Undo" disabled={editor.state.past.length === 0} onClick={() => editor.dispatch({ type: 'undo' })}>
              <Undo fontSize="small" />
            </IconButton>
          </span>
        </Tooltip>
        <Tooltip title="Redo (Ctrl+Shift+Z)">
          <span>
            <IconButton aria-label="Redo" disabled={editor.state.future.length === 0} onClick={() => editor.dispatch({ type: 'redo' })}>
              <Redo fontSize="small" />
            </IconButton>
          </span>
        </Tooltip>
        <Button disabled={!editor.dirty} onClick={editor.discard} sx={{ ml: 'auto' }}>
          Discard changes
        </Button>
        <Button onClick={onDone} sx={{ minWidth: 64 }}>
          {editor.dirty ? 'Later' : 'Done'}
        </Button>
        <Button variant="contained" startIcon={<Save />} disabled={!editor.dirty} loading={editor.saving} onClick={() => void editor.save()}>
          Save
        </Button>
      </Box>
      {editor.restored && editor.dirty && <Alert severity="info">Work that was not saved ({ago(editor.restored)}) was brought back.</Alert>}
      {editor.error && <Alert severity="error">{editor.error}</Alert>}
    </Box>
  )
}
