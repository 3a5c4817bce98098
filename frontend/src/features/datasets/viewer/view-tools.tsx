import FitScreen from '@mui/icons-material/FitScreenOutlined'
import Keyboard from '@mui/icons-material/KeyboardOutlined'
import Layers from '@mui/icons-material/LayersOutlined'
import LayersClear from '@mui/icons-material/LayersClearOutlined'
import ZoomIn from '@mui/icons-material/ZoomInOutlined'
import ZoomOut from '@mui/icons-material/ZoomOutOutlined'
import Box from '@mui/material/Box'
import IconButton from '@mui/material/IconButton'
import Tooltip from '@mui/material/Tooltip'
import type { ReactNode } from 'react'
import type { Viewport } from '@/features/datasets/viewer/use-viewport'
import { percent } from '@/lib/format'

interface Props {
  viewport: Viewport
  shown: boolean
  onShown: (shown: boolean) => void
  onHelp: () => void
}

/** Zoom and what is shown, in a corner of the picture. */
export function ViewTools({ viewport, shown, onShown, onHelp }: Props) {
  const tools: [string, ReactNode, () => void][] = [
    ['Zoom out (−)', <ZoomOut key="o" fontSize="small" />, () => viewport.zoom(1 / 1.4)],
    ['Zoom in (+)', <ZoomIn key="i" fontSize="small" />, () => viewport.zoom(1.4)],
    ['Fit (0)', <FitScreen key="f" fontSize="small" />, viewport.fit],
    [shown ? 'Hide annotations (S)' : 'Show annotations (S)', shown ? <Layers key="s" fontSize="small" /> : <LayersClear key="s" fontSize="small" />, () => onShown(!shown)],
    ['Keys (?)', <Keyboard key="k" fontSize="small" />, onHelp],
  ]
  return (
    <Box
      role="toolbar"
      aria-label="View"
      sx={{ position: 'absolute', right: 10, bottom: 10, display: 'flex', alignItems: 'center', borderRadius: 1, bgcolor: 'background.paper', border: 1, borderColor: 'divider', px: 1 }}
    >
      <Box component="span" sx={{ fontSize: 12, color: 'text.secondary', minWidth: 44, textAlign: 'center', fontVariantNumeric: 'tabular-nums' }}>
        {percent(viewport.view.scale)}
      </Box>
      {tools.map(([title, icon, run]) => (
        <Tooltip key={title} title={title}>
          <IconButton aria-label={title} onClick={run}>
            {icon}
          </IconButton>
        </Tooltip>
      ))}
    </Box>
  )
}
