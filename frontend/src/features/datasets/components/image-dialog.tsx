import ArrowBack from '@mui/icons-material/ArrowBackIosNewOutlined'
import ArrowForward from '@mui/icons-material/ArrowForwardIosOutlined'
import Close from '@mui/icons-material/CloseOutlined'
import FitScreen from '@mui/icons-material/FitScreenOutlined'
import Layers from '@mui/icons-material/LayersOutlined'
import ZoomIn from '@mui/icons-material/ZoomInOutlined'
import ZoomOut from '@mui/icons-material/ZoomOutOutlined'
import Box from '@mui/material/Box'
import Dialog from '@mui/material/Dialog'
import IconButton from '@mui/material/IconButton'
import Tooltip from '@mui/material/Tooltip'
import Typography from '@mui/material/Typography'
import { useEffect, useId, useRef, useState, type PointerEvent } from 'react'
import type { DatasetImage } from '@/api/types'
import { FALLBACK_COLOR, ShapeOverlay } from '@/features/datasets/components/shape-overlay'
import { KeyValues } from '@/components/ui/key-values'
import { bytes, plural } from '@/lib/format'
import { inline } from '@/lib/json'

const MAX_ZOOM = 16
const STEP = 1.4
interface View {
  zoom: number
  x: number
  y: number
}
const FITTED: View = { zoom: 1, x: 0, y: 0 }

interface Props {
  image: DatasetImage
  colors: ReadonlyMap<string, string>
  onClose: () => void
  onPrevious?: () => void
  onNext?: () => void
  position: string
}

/** One picture as large as the window allows; wheel or +/− zooms, dragging moves, arrow keys turn over. */
export function ImageDialog({ image, colors, onClose, onPrevious, onNext, position }: Props) {
  const [view, setView] = useState(FITTED)
  const [seen, setSeen] = useState(image.id)
  const [shapes, setShapes] = useState(true)
  const [highlighted, setHighlighted] = useState<number | null>(null)
  const titleId = useId()
  const stage = useRef<HTMLDivElement>(null)
  const drag = useRef<{ x: number; y: number } | null>(null)
  if (seen !== image.id) {
    setSeen(image.id)
    setView(FITTED)
    setHighlighted(null)
  }
  const zoomBy = (factor: number): void =>
    setView((old) => {
      const zoom = Math.min(MAX_ZOOM, Math.max(1, old.zoom * factor))
      return zoom === 1 ? FITTED : { zoom, x: (old.x * zoom) / old.zoom, y: (old.y * zoom) / old.zoom }
    })

  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === 'ArrowLeft') onPrevious?.()
      else if (event.key === 'ArrowRight') onNext?.()
      else if (event.key === '+' || event.key === '=') zoomBy(STEP)
      else if (event.key === '-') zoomBy(1 / STEP)
      else if (event.key === '0') setView(FITTED)
      else if (event.key === 's') setShapes((old) => !old)
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [onPrevious, onNext])

  useEffect(() => {
    const element = stage.current
    if (!element) return
    const onWheel = (event: WheelEvent): void => {
      event.preventDefault()
      zoomBy(event.deltaY < 0 ? 1.15 : 1 / 1.15)
    }
    element.addEventListener('wheel', onWheel, { passive: false })
    return () => element.removeEventListener('wheel', onWheel)
  }, [])

  const move = (event: PointerEvent): void => {
    if (!drag.current || view.zoom === 1) return
    const { x, y } = drag.current
    drag.current = { x: event.clientX, y: event.clientY }
    setView((old) => ({ ...old, x: old.x + event.clientX - x, y: old.y + event.clientY - y }))
  }
  const tools: [string, React.ReactNode, (() => void) | undefined][] = [
    ['Previous image (left arrow)', <ArrowBack key="p" fontSize="small" />, onPrevious],
    ['Next image (right arrow)', <ArrowForward key="n" fontSize="small" />, onNext],
    ['Zoom in (+)', <ZoomIn key="i" />, () => zoomBy(STEP)],
    ['Zoom out (−)', <ZoomOut key="o" />, () => zoomBy(1 / STEP)],
    ['Fit (0)', <FitScreen key="f" />, () => setView(FITTED)],
    [shapes ? 'Hide shapes (s)' : 'Show shapes (s)', <Layers key="s" color={shapes ? 'primary' : 'inherit'} />, () => setShapes(!shapes)],
  ]
  return (
    <Dialog open onClose={onClose} fullScreen aria-labelledby={titleId}>
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 1, px: 4, py: 2, borderBottom: 1, borderColor: 'divider', flexWrap: 'wrap' }}>
        <Typography id={titleId} variant="h3" component="h2" sx={{ flex: '1 1 160px', minWidth: 0, overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}>
          {image.name}
        </Typography>
        <Typography variant="body2" sx={{ color: 'text.secondary', mr: 2 }}>
          {position}
        </Typography>
        {tools.map(([label, icon, action]) => (
          <Tooltip key={label} title={label}>
            <span>
              <IconButton aria-label={label} disabled={!action} onClick={action}>
                {icon}
              </IconButton>
            </span>
          </Tooltip>
        ))}
        <IconButton aria-label="Close" onClick={onClose} autoFocus>
          <Close />
        </IconButton>
      </Box>
      <Box sx={{ display: 'flex', flex: 1, minHeight: 0, flexDirection: { xs: 'column', md: 'row' } }}>
        <Box
          ref={stage}
          onPointerDown={(event) => {
            drag.current = { x: event.clientX, y: event.clientY }
            event.currentTarget.setPointerCapture(event.pointerId)
          }}
          onPointerMove={move}
          onPointerUp={() => {
            drag.current = null
          }}
          sx={{ flex: 1, minHeight: 240, overflow: 'hidden', position: 'relative', bgcolor: '#0b0e11', cursor: view.zoom > 1 ? 'grab' : 'default', touchAction: 'none' }}
        >
          <div style={{ position: 'absolute', inset: 12, transform: `translate(${view.x}px, ${view.y}px) scale(${view.zoom})` }}>
            <img
              src={image.url}
              alt={image.name}
              draggable={false}
              style={{ width: '100%', height: '100%', objectFit: 'contain', imageRendering: view.zoom > 3 || image.width < 200 ? 'pixelated' : 'auto' }}
            />
            {shapes && <ShapeOverlay shapes={image.shapes} width={image.width} height={image.height} colors={colors} strokeWidth={2} highlighted={highlighted} />}
          </div>
        </Box>
        <Box component="aside" sx={{ width: { xs: '100%', md: 300 }, maxHeight: { xs: '40%', md: 'none' }, overflow: 'auto', borderLeft: { md: 1 }, borderColor: { md: 'divider' }, p: 4 }}>
          <KeyValues
            labelWidth={80}
            rows={[
              ['Size', `${image.width} × ${image.height} px`],
              ['File', bytes(image.size)],
              ['Type', image.media_type],
            ]}
          />
          <Typography variant="h4" component="h3" sx={{ mt: 5, mb: 2 }}>
            {image.shapes.length === 0 ? 'No annotations' : plural(image.shapes.length, 'annotation')}
          </Typography>
          <Box component="ul" sx={{ listStyle: 'none', m: 0, p: 0 }} onMouseLeave={() => setHighlighted(null)}>
            {image.shapes.map((shape) => (
              <Box
                component="li"
                key={shape.id}
                onMouseEnter={() => setHighlighted(shape.kind === 'tag' ? null : shape.id)}
                sx={{ display: 'flex', gap: 2, py: 1, px: 2, mx: -2, borderRadius: 1, alignItems: 'baseline', fontSize: 13, '&:hover': { bgcolor: 'action.hover' } }}
              >
                <Box component="span" aria-hidden style={{ background: colors.get(shape.label) ?? FALLBACK_COLOR }} sx={{ width: 10, height: 10, borderRadius: '3px', flexShrink: 0 }} />
                <Box sx={{ minWidth: 0 }}>
                  {shape.label} <Box component="span" sx={{ color: 'text.secondary' }}>{shape.kind}</Box>
                  {Object.keys(shape.attributes ?? {}).length > 0 && (
                    <Typography variant="caption" component="div" sx={{ color: 'text.secondary' }}>
                      {Object.entries(shape.attributes)
                        .map(([key, value]) => `${key}: ${inline(value)}`)
                        .join(', ')}
                    </Typography>
                  )}
                </Box>
              </Box>
            ))}
          </Box>
        </Box>
      </Box>
    </Dialog>
  )
}
