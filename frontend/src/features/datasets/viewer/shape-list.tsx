import DeleteOutline from '@mui/icons-material/DeleteOutlined'
import Visibility from '@mui/icons-material/VisibilityOutlined'
import VisibilityOff from '@mui/icons-material/VisibilityOffOutlined'
import Box from '@mui/material/Box'
import IconButton from '@mui/material/IconButton'
import Tooltip from '@mui/material/Tooltip'
import Typography from '@mui/material/Typography'
import type { Shape } from '@/api/types'
import { FALLBACK_COLOR } from '@/features/datasets/components/shape-overlay'
import { inline } from '@/lib/json'

interface Props {
  shapes: Shape[]
  colors: ReadonlyMap<string, string>
  hidden: ReadonlySet<string>
  onHide: (label: string) => void
  selected: number | null
  onHover: (id: number | null) => void
  onSelect: (id: number) => void
  /** Only while somebody edits. */
  onRemove?: (id: number) => void
}

function details(shape: Shape): string {
  const attributes = Object.entries(shape.attributes).map(([key, value]) => `${key}: ${inline(value)}`)
  return [...(shape.occluded ? ['occluded'] : []), ...attributes].join(', ')
}

function Row({ shape, active, onHover, onSelect, onRemove }: { shape: Shape; active: boolean } & Pick<Props, 'onHover' | 'onSelect' | 'onRemove'>) {
  const more = details(shape)
  return (
    <Box
      component="li"
      onMouseEnter={() => onHover(shape.id)}
      onMouseLeave={() => onHover(null)}
      sx={{ display: 'flex', alignItems: 'center', borderRadius: 1, bgcolor: active ? 'action.selected' : 'transparent', '&:hover': { bgcolor: active ? 'action.selected' : 'action.hover' } }}
    >
      <Box
        component="button"
        type="button"
        aria-pressed={active}
        onFocus={() => onHover(shape.id)}
        onBlur={() => onHover(null)}
        onClick={() => onSelect(shape.id)}
        sx={{ all: 'unset', boxSizing: 'border-box', cursor: 'pointer', flex: 1, minWidth: 0, fontSize: 13, px: 2, py: 0.75, ml: 3, '&:focus-visible': { outline: '2px solid', outlineColor: 'primary.main' } }}
      >
        {shape.kind}
        {more && (
          <Typography variant="caption" component="div" sx={{ color: 'text.secondary', overflow: 'hidden', textOverflow: 'ellipsis' }}>
            {more}
          </Typography>
        )}
      </Box>
      {onRemove && (
        <IconButton aria-label={`Delete this ${shape.kind} of ${shape.label}`} onClick={() => onRemove(shape.id)} sx={{ p: 0.75 }}>
          <DeleteOutline sx={{ fontSize: 17 }} />
        </IconButton>
      )}
    </Box>
  )
}

/** What is drawn, by class; each class can be hidden. */
export function ShapeList({ shapes, colors, hidden, onHide, selected, onHover, onSelect, onRemove }: Props) {
  const labels = [...new Set(shapes.map((shape) => shape.label))].sort((a, b) => a.localeCompare(b))
  if (labels.length === 0) return <Typography sx={{ color: 'text.secondary' }}>Nothing is annotated here.</Typography>
  return (
    <Box sx={{ display: 'grid', gap: 2 }}>
      {labels.map((label) => {
        const mine = shapes.filter((shape) => shape.label === label)
        const isHidden = hidden.has(label)
        return (
          <Box key={label}>
            <Box sx={{ display: 'flex', alignItems: 'center', gap: 2 }}>
              <Box aria-hidden style={{ background: colors.get(label) ?? FALLBACK_COLOR }} sx={{ width: 12, height: 12, borderRadius: '3px', flexShrink: 0, opacity: isHidden ? 0.3 : 1 }} />
              <Typography component="h3" variant="body2" sx={{ fontWeight: 600, flex: 1, minWidth: 0, overflowWrap: 'anywhere' }}>
                {label} <Box component="span" sx={{ color: 'text.secondary', fontWeight: 400 }}>{mine.length}</Box>
              </Typography>
              <Tooltip title={isHidden ? 'Show' : 'Hide'}>
                <IconButton aria-label={isHidden ? `Show ${label}` : `Hide ${label}`} onClick={() => onHide(label)} sx={{ p: 0.75 }}>
                  {isHidden ? <VisibilityOff sx={{ fontSize: 17 }} /> : <Visibility sx={{ fontSize: 17 }} />}
                </IconButton>
              </Tooltip>
            </Box>
            <Box component="ul" aria-label={label} sx={{ listStyle: 'none', p: 0, m: 0 }}>
              {mine.map((shape) => (
                <Row key={shape.id} shape={shape} active={shape.id === selected} onHover={onHover} onSelect={onSelect} onRemove={onRemove} />
              ))}
            </Box>
          </Box>
        )
      })}
    </Box>
  )
}
