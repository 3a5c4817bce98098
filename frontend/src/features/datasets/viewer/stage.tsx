import Box from '@mui/material/Box'
import { useEffect, useRef, type PointerEvent, type ReactNode, type RefObject } from 'react'
import type { ImageDetail } from '@/api/types'
import { Picture } from '@/components/ui/picture'
import type { Viewport } from '@/features/datasets/viewer/use-viewport'

interface Props {
  stage: RefObject<HTMLDivElement | null>
  viewport: Viewport
  image: ImageDetail
  /** Drawn in the picture's own coordinates. */
  children: ReactNode
  /** While somebody edits, one finger or the left button draws; two fingers, the middle button or the space key move. */
  editing: boolean
  cursor?: string
}

interface Pinch {
  distance: number
  x: number
  y: number
}

/** The picture, to be zoomed (wheel, two fingers) and moved (dragging). */
export function Stage({ stage, viewport, image, children, editing, cursor }: Props) {
  const { view, zoom, pan } = viewport
  const pointers = useRef(new Map<number, { x: number; y: number }>())
  const pinch = useRef<Pinch | null>(null)
  const space = useRef(false)

  useEffect(() => {
    const node = stage.current
    if (!node) return
    const onWheel = (event: WheelEvent): void => {
      event.preventDefault()
      const box = node.getBoundingClientRect()
      zoom(Math.exp(-Math.sign(event.deltaY) * Math.min(0.25, Math.abs(event.deltaY) / 400 + 0.05)), { x: event.clientX - box.left, y: event.clientY - box.top })
    }
    node.addEventListener('wheel', onWheel, { passive: false })
    return () => node.removeEventListener('wheel', onWheel)
  }, [stage, zoom])
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.code !== 'Space' || event.target instanceof HTMLInputElement || event.target instanceof HTMLButtonElement) return
      space.current = event.type === 'keydown'
      if (space.current && editing) event.preventDefault()
    }
    window.addEventListener('keydown', onKey)
    window.addEventListener('keyup', onKey)
    return () => {
      window.removeEventListener('keydown', onKey)
      window.removeEventListener('keyup', onKey)
    }
  }, [editing])

  const between = (): Pinch | null => {
    const [a, b] = [...pointers.current.values()]
    return a && b ? { distance: Math.hypot(a.x - b.x, a.y - b.y), x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 } : null
  }
  const down = (event: PointerEvent<HTMLDivElement>): void => {
    const moves = !editing || event.button === 1 || space.current || pointers.current.size > 0
    if (!moves && event.pointerType !== 'touch') return
    pointers.current.set(event.pointerId, { x: event.clientX, y: event.clientY })
    pinch.current = between()
    if (moves) {
      event.currentTarget.setPointerCapture(event.pointerId)
      if (editing) event.stopPropagation()
    }
  }
  const move = (event: PointerEvent<HTMLDivElement>): void => {
    const last = pointers.current.get(event.pointerId)
    if (!last) return
    pointers.current.set(event.pointerId, { x: event.clientX, y: event.clientY })
    const now = between()
    if (now && pinch.current) {
      const box = event.currentTarget.getBoundingClientRect()
      zoom(now.distance / Math.max(1, pinch.current.distance), { x: now.x - box.left, y: now.y - box.top })
      pan(now.x - pinch.current.x, now.y - pinch.current.y)
      pinch.current = now
    } else if (!editing || event.currentTarget.hasPointerCapture(event.pointerId)) {
      pan(event.clientX - last.x, event.clientY - last.y)
    }
  }
  const up = (event: PointerEvent<HTMLDivElement>): void => {
    pointers.current.delete(event.pointerId)
    pinch.current = null
  }
  return (
    <Box
      ref={stage}
      onPointerDownCapture={down}
      onPointerMove={move}
      onPointerUp={up}
      onPointerCancel={up}
      sx={{ position: 'relative', overflow: 'hidden', width: '100%', height: '100%', borderRadius: 1, bgcolor: '#0b0e11', touchAction: 'none', userSelect: 'none' }}
      style={{ cursor: cursor ?? (viewport.fitted ? 'default' : 'grab') }}
    >
      <Picture
        src={image.url}
        alt={image.name}
        draggable={false}
        width={image.width}
        height={image.height}
        style={{
          position: 'absolute',
          left: 0,
          top: 0,
          maxWidth: 'none',
          transformOrigin: '0 0',
          transform: `translate(${view.x}px, ${view.y}px) scale(${view.scale})`,
          imageRendering: view.scale > 3 ? 'pixelated' : 'auto',
          visibility: viewport.ready ? 'visible' : 'hidden',
        }}
      />
      <svg aria-hidden style={{ position: 'absolute', inset: 0, width: '100%', height: '100%' }}>
        <g transform={`translate(${view.x} ${view.y}) scale(${view.scale})`}>{children}</g>
      </svg>
    </Box>
  )
}
