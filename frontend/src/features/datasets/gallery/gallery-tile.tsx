import Box from '@mui/material/Box'
import Checkbox from '@mui/material/Checkbox'
import Typography from '@mui/material/Typography'
import { memo, type MouseEvent } from 'react'
import { Link } from 'react-router'
import type { GalleryImage } from '@/api/types'
import { Picture } from '@/components/ui/picture'
import { FALLBACK_COLOR, ShapeOverlay } from '@/features/datasets/components/shape-overlay'
import { partWord } from '@/features/datasets/splits/parts'
import { plural } from '@/lib/format'

export const CAPTION = 46

interface Props {
  image: GalleryImage
  index: number
  count: number
  href: string
  colors: ReadonlyMap<string, string>
  focusable: boolean
  selected: boolean
  selectable: boolean
  onOpen: (index: number) => void
  onFocus: (index: number) => void
  onSelect: (index: number, range: boolean) => void
}

function caption(image: GalleryImage): { tags: string[]; text: string } {
  const drawn = new Set(image.shapes.map((shape) => shape.label))
  const tags = Object.keys(image.labels).filter((label) => !drawn.has(label)).slice(0, 2)
  if (image.shape_count === 0) return { tags, text: 'not annotated' }
  return { tags, text: plural(image.shape_count, 'annotation') }
}

/** One picture of the gallery: a link to its page, with a box to choose it. */
export const GalleryTile = memo(function GalleryTile({ image, index, count, href, colors, focusable, selected, selectable, onOpen, onFocus, onSelect }: Props) {
  const { tags, text } = caption(image)
  const click = (event: MouseEvent): void => {
    if (selectable && (event.shiftKey || event.ctrlKey || event.metaKey)) {
      event.preventDefault()
      onSelect(index, event.shiftKey)
      return
    }
    onOpen(index)
  }
  return (
    <Box
      role="listitem"
      aria-setsize={count}
      aria-posinset={index + 1}
      sx={{
        position: 'relative',
        height: '100%',
        borderRadius: 1,
        overflow: 'hidden',
        border: 1,
        borderColor: selected ? 'primary.main' : 'divider',
        boxShadow: selected ? '0 0 0 1px var(--mui-palette-primary-main)' : 'none',
        bgcolor: 'background.paper',
        '&:hover': { borderColor: 'primary.main' },
        '&:hover .choose, &:focus-within .choose': { opacity: 1 },
      }}
    >
      <Box
        component={Link}
        to={href}
        data-index={index}
        tabIndex={focusable ? 0 : -1}
        onClick={click}
        onFocus={() => onFocus(index)}
        sx={{ display: 'block', height: '100%', color: 'inherit', textDecoration: 'none', '&:focus-visible': { outline: '2px solid', outlineColor: 'primary.main', outlineOffset: -2 } }}
      >
        <Box sx={{ position: 'relative', height: `calc(100% - ${CAPTION}px)`, bgcolor: 'action.hover' }}>
          <Picture
            src={image.thumbnail_url}
            alt=""
            decoding="async"
            draggable={false}
            style={{ position: 'absolute', inset: 0, width: '100%', height: '100%', objectFit: 'contain', imageRendering: image.width < 100 ? 'pixelated' : 'auto' }}
          />
          <ShapeOverlay shapes={image.shapes} width={image.width} height={image.height} colors={colors} />
        </Box>
        <Box sx={{ px: 2, pt: 1, height: CAPTION, overflow: 'hidden' }}>
          <Typography variant="caption" component="div" sx={{ fontWeight: 600, overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}>
            {image.name}
          </Typography>
          <Typography variant="caption" component="div" sx={{ color: 'text.secondary', display: 'flex', gap: 1.5, alignItems: 'center', overflow: 'hidden', whiteSpace: 'nowrap' }}>
            {tags.map((tag) => (
              <Box key={tag} component="span" sx={{ display: 'inline-flex', alignItems: 'center', gap: 1, minWidth: 0 }}>
                <Box component="span" aria-hidden style={{ background: colors.get(tag) ?? FALLBACK_COLOR }} sx={{ width: 8, height: 8, borderRadius: '2px', flexShrink: 0 }} />
                {tag}
              </Box>
            ))}
            <span>{text}</span>
            {image.part && <span>· {partWord(image.part)}</span>}
          </Typography>
        </Box>
      </Box>
      {selectable && (
        <Checkbox
          className="choose"
          checked={selected}
          onClick={(event) => onSelect(index, event.shiftKey)}
          tabIndex={focusable ? 0 : -1}
          slotProps={{ input: { 'aria-label': `Choose ${image.name}`, readOnly: true } }}
          sx={{
            position: 'absolute',
            top: 6,
            left: 6,
            p: 0.5,
            bgcolor: 'background.paper',
            borderRadius: '6px',
            opacity: selected ? 1 : 0,
            '@media (hover: none)': { opacity: 1 },
            '&:hover': { bgcolor: 'background.paper' },
          }}
        />
      )}
    </Box>
  )
})
