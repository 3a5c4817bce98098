import Box from '@mui/material/Box'
import { useRef, useState, type KeyboardEvent } from 'react'
import { useNavigate } from 'react-router'
import { count } from '@/lib/format'

interface Props {
  label: string
  columns: number
  rows: number
  /** [column, row, count] of the cells that are not empty. */
  cells: readonly (readonly number[])[]
  color: string
  words: (column: number, row: number) => string
  href: (column: number, row: number) => string
  unit: string
  /** Height divided by width of the whole. */
  aspect?: number
  across?: (column: number) => string
  down?: (row: number) => string
}

/** How strongly a cell is filled: the square root keeps the few visible beside the many. */
const strength = (value: number, largest: number): number => 0.12 + 0.88 * Math.sqrt(value / largest)

/** Counts on a grid, from pale to full; arrow keys go from cell to cell, Enter or a click shows what is counted. */
export function HeatGrid({ label, columns, rows, cells, color, words, href, unit, aspect = 1, across, down }: Props) {
  const navigate = useNavigate()
  const grid = useRef<SVGSVGElement>(null)
  const [focused, setFocused] = useState<number | null>(null)
  const [hovered, setHovered] = useState<number | null>(null)
  const largest = Math.max(1, ...cells.map((cell) => cell[2] ?? 0))
  const [width, height] = [columns * 20, columns * 20 * aspect]
  const [w, h] = [width / columns, height / rows]
  const text = ([column = 0, row = 0, value = 0]: readonly number[]): string => `${words(column, row)}: ${count(value)} ${unit}`
  const told = cells[hovered ?? focused ?? -1]
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key]
    const at = focused ?? 0
    if (step !== undefined && cells.length > 0) {
      event.preventDefault()
      setFocused((at + step + cells.length) % cells.length)
    } else if (event.key === 'Enter') {
      const cell = cells[at]
      if (cell) void navigate(href(cell[0] ?? 0, cell[1] ?? 0))
    }
  }
  return (
    <Box>
      <Box sx={{ display: 'grid', gridTemplateColumns: 'auto minmax(0, 1fr)', gap: '2px 6px' }}>
        <Box aria-hidden sx={{ display: 'flex', flexDirection: 'column', fontSize: 11, color: 'text.secondary', textAlign: 'right' }}>
          {down && Array.from({ length: rows }, (_, row) => <Box key={row} sx={{ flex: 1, display: 'flex', alignItems: 'center', justifyContent: 'flex-end', minHeight: 0, lineHeight: 1 }}>{down(row)}</Box>)}
        </Box>
        <Box
          component="svg"
          ref={grid}
          viewBox={`0 0 ${width} ${height}`}
          role="application"
          aria-roledescription="grid of counts"
          aria-label={`${label}. ${told ? text(told) : 'Arrow keys go from cell to cell.'}`}
          tabIndex={0}
          onKeyDown={onKeyDown}
          onFocus={() => setFocused((old) => old ?? 0)}
          onBlur={() => setFocused(null)}
          sx={{ width: '100%', display: 'block', bgcolor: 'action.hover', borderRadius: '4px', '&:focus-visible': { outline: '2px solid', outlineColor: 'primary.main' } }}
        >
          {cells.map((cell, index) => {
            const [column = 0, row = 0, value = 0] = cell
            const active = index === (hovered ?? focused)
            return (
              <rect
                key={`${column}-${row}`}
                x={column * w + 0.5}
                y={row * h + 0.5}
                width={w - 1}
                height={h - 1}
                fill={color}
                fillOpacity={strength(value, largest)}
                stroke={active ? 'currentColor' : 'none'}
                strokeWidth={1.5}
                style={{ cursor: 'pointer' }}
                onMouseEnter={() => setHovered(index)}
                onMouseLeave={() => setHovered(null)}
                onClick={() => void navigate(href(column, row))}
              >
                <title>{text(cell)}</title>
              </rect>
            )
          })}
        </Box>
        <span />
        <Box aria-hidden sx={{ display: 'flex', fontSize: 11, color: 'text.secondary' }}>
          {across && Array.from({ length: columns }, (_, column) => <Box key={column} sx={{ flex: 1, textAlign: 'center', minWidth: 0, overflow: 'visible', whiteSpace: 'nowrap' }}>{across(column)}</Box>)}
        </Box>
      </Box>
      <Box aria-live="polite" sx={{ fontSize: 12, color: 'text.secondary', minHeight: 20, mt: 1 }}>
        {told ? text(told) : `most in one cell: ${count(cells.length > 0 ? largest : 0)} ${unit}`}
      </Box>
    </Box>
  )
}
