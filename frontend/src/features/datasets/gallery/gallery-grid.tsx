import Box from '@mui/material/Box'
import Skeleton from '@mui/material/Skeleton'
import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useRef, useState, type KeyboardEvent } from 'react'
import type { GalleryImage } from '@/api/types'
import { ErrorState } from '@/components/ui/error-state'
import { CAPTION, GalleryTile } from '@/features/datasets/gallery/gallery-tile'
import { usePlace } from '@/features/datasets/gallery/use-place'
import { useWindows } from '@/features/datasets/gallery/use-windows'

const GAP = 12
const TILE = 190
const TILE_PHONE = 150
const HEADER = 64

interface Props {
  dataset: number
  filter: string
  count: number
  colors: ReadonlyMap<string, string>
  /** Where to begin: the picture that was looked at last. */
  startAt: number | null
  isSelected: (image: GalleryImage) => boolean
  selectable: boolean
  href: (image: GalleryImage) => string
  onOpen: (index: number) => void
  onSelect: (images: GalleryImage[]) => void
}

/** Every picture of the list in one grid: the scroll bar means the whole of it, and only what is seen is there. */
export function GalleryGrid({ dataset, filter, count, colors, startAt, isSelected, selectable, href, onOpen, onSelect }: Props) {
  const list = useRef<HTMLDivElement>(null)
  const { width, top } = usePlace(list)
  const [focused, setFocused] = useState(startAt ?? 0)
  const [anchor, setAnchor] = useState<number | null>(null)
  const columns = Math.max(2, Math.floor((width + GAP) / ((width < 500 ? TILE_PHONE : TILE) + GAP)))
  const tileWidth = Math.max(1, (width - GAP * (columns - 1)) / columns)
  const rowHeight = Math.round(tileWidth * 0.75) + CAPTION + GAP
  const rows = useWindowVirtualizer({ count: Math.ceil(count / columns), estimateSize: () => rowHeight, overscan: 2, scrollMargin: top, scrollPaddingStart: HEADER })
  const items = rows.getVirtualItems()
  const first = (items[0]?.index ?? 0) * columns
  const last = Math.min(count, ((items.at(-1)?.index ?? 0) + 1) * columns) - 1
  const windows = useWindows(dataset, filter, first, last)
  const wantsFocus = useRef(false)
  const started = useRef(false)

  useEffect(() => rows.measure(), [rows, rowHeight])
  useEffect(() => {
    if (started.current || width === 0 || startAt === null) return
    started.current = true
    rows.scrollToIndex(Math.floor(startAt / columns), { align: 'center' })
  }, [rows, width, columns, startAt])
  useEffect(() => {
    if (!wantsFocus.current) return
    const tile = list.current?.querySelector<HTMLElement>(`a[data-index="${focused}"]`)
    if (!tile) return
    wantsFocus.current = false
    tile.focus({ preventScroll: true })
  })

  const select = (index: number, range: boolean): void => {
    const [low, high] = range && anchor !== null ? [Math.min(anchor, index), Math.max(anchor, index)] : [index, index]
    const images = Array.from({ length: high - low + 1 }, (_, step) => windows.at(low + step)).filter((image) => image !== undefined)
    setAnchor(index)
    onSelect(images)
  }
  const goTo = (index: number): void => {
    const next = Math.min(count - 1, Math.max(0, index))
    wantsFocus.current = true
    setFocused(next)
    rows.scrollToIndex(Math.floor(next / columns), { align: 'auto' })
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    const page = columns * Math.max(1, Math.floor((window.innerHeight - HEADER) / rowHeight))
    const steps: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns, PageUp: -page, PageDown: page, Home: -count, End: count }
    const step = steps[event.key]
    if (step !== undefined) {
      event.preventDefault()
      goTo(focused + step)
    } else if (event.key === ' ' && selectable && event.target instanceof HTMLAnchorElement) {
      event.preventDefault()
      select(focused, event.shiftKey)
    }
  }
  // The tab key must find one tile, also when the one that had the focus was scrolled away.
  const tabStop = focused >= first && focused <= last ? focused : first
  return (
    <>
      {windows.error !== null && <ErrorState error={windows.error} onRetry={windows.retry} what="images" />}
      <Box ref={list} role="list" aria-label="Images" onKeyDown={onKeyDown} sx={{ position: 'relative', minHeight: 240 }} style={{ height: rows.getTotalSize() }}>
        {width > 0 &&
          items.map((row) => (
            <Box
              key={row.key}
              role="presentation"
              sx={{ position: 'absolute', left: 0, right: 0, top: 0, display: 'grid', gap: `${GAP}px`, pb: `${GAP}px` }}
              style={{ height: rowHeight, transform: `translateY(${row.start - top}px)`, gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))` }}
            >
              {Array.from({ length: Math.min(columns, count - row.index * columns) }, (_, column) => {
                const index = row.index * columns + column
                const image = windows.at(index)
                return image ? (
                  <GalleryTile
                    key={image.id}
                    image={image}
                    index={index}
                    count={count}
                    href={href(image)}
                    colors={colors}
                    focusable={index === tabStop}
                    selected={isSelected(image)}
                    selectable={selectable}
                    onOpen={onOpen}
                    onFocus={setFocused}
                    onSelect={select}
                  />
                ) : (
                  <Skeleton key={`wait-${index}`} variant="rounded" animation={false} sx={{ height: '100%' }} />
                )
              })}
            </Box>
          ))}
      </Box>
    </>
  )
}
