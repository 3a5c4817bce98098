import { useCallback, useLayoutEffect, useMemo, useState, type RefObject } from 'react'

/** Where a picture lies on its stage: a place (x, y) of it is seen at (x · scale + view.x, y · scale + view.y). */
export interface View {
  scale: number
  x: number
  y: number
}
export interface Viewport {
  view: View
  fitted: boolean
  ready: boolean
  fit: () => void
  /** Zoom by a factor around a place of the stage; around its middle, if none is given. */
  zoom: (factor: number, at?: { x: number; y: number }) => void
  zoomTo: (scale: number) => void
  pan: (dx: number, dy: number) => void
  /** The place of the picture under a place of the window. */
  toImage: (clientX: number, clientY: number) => [number, number]
}

const MARGIN = 12
const SCALE_MAX = 64

/** How a picture of this size lies on the stage; it fits until somebody zooms or moves it. */
export function useViewport(stage: RefObject<HTMLElement | null>, width: number, height: number): Viewport {
  const [size, setSize] = useState({ width: 0, height: 0 })
  const [moved, setMoved] = useState<View | null>(null)
  useLayoutEffect(() => {
    const node = stage.current
    if (!node) return
    const measure = (): void => setSize({ width: node.clientWidth, height: node.clientHeight })
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(node)
    return () => observer.disconnect()
  }, [stage])
  const fitting = useMemo<View>(() => {
    const scale = Math.max(0.001, Math.min((size.width - 2 * MARGIN) / width, (size.height - 2 * MARGIN) / height, 16))
    return { scale, x: (size.width - width * scale) / 2, y: (size.height - height * scale) / 2 }
  }, [size, width, height])
  const zoom = useCallback(
    (factor: number, at?: { x: number; y: number }) =>
      setMoved((old) => {
        const from = old ?? fitting
        const scale = Math.min(SCALE_MAX, Math.max(fitting.scale, from.scale * factor))
        if (scale <= fitting.scale * 1.001) return null
        const point = at ?? { x: size.width / 2, y: size.height / 2 }
        const ratio = scale / from.scale
        return { scale, x: point.x - (point.x - from.x) * ratio, y: point.y - (point.y - from.y) * ratio }
      }),
    [fitting, size],
  )
  const view = moved ?? fitting
  return {
    view,
    fitted: moved === null,
    ready: size.width > 0,
    fit: useCallback(() => setMoved(null), []),
    zoom,
    zoomTo: useCallback((scale) => zoom(scale / view.scale), [zoom, view.scale]),
    pan: useCallback((dx, dy) => setMoved((old) => (old ? { ...old, x: old.x + dx, y: old.y + dy } : old)), []),
    toImage: (clientX, clientY) => {
      const box = stage.current?.getBoundingClientRect()
      return [(clientX - (box?.left ?? 0) - view.x) / view.scale, (clientY - (box?.top ?? 0) - view.y) / view.scale]
    },
  }
}
