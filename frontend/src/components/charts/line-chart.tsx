import Box from '@mui/material/Box'
import { useColorScheme } from '@mui/material/styles'
import { useEffect, useMemo, useRef } from 'react'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { yRange } from '@/components/charts/y-range'
import { figure } from '@/lib/format'

export interface ChartLine {
  label: string
  color: string
  values: (number | null)[]
  /** Drawn thin and pale behind its smoothed self. */
  faint?: boolean
}

export interface LineChartProps {
  x: number[]
  lines: ChartLine[]
  xLabel: string
  label: string
  height?: number
  logScale?: boolean
  /** Charts of one key share their cursor. */
  sync?: string
}

/** So few points are shown as such: a line through them would hide how few they are. */
const FEW = 40

const hasFewPoints: (chart: uPlot, index: number) => boolean = (chart, index) => (chart.data[index] ?? []).filter((value) => value !== null).length <= FEW

/** Between two steps there is none to mark. */
const WHOLE = Array.from({ length: 10 }, (_, power) => [1, 2, 5].map((digit) => digit * 10 ** power)).flat()

const FONT = "11px 'Inter Variable', system-ui, sans-serif"

function css(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--mui-palette-${name}`).trim() || '#888'
}

function options({ lines, xLabel, height = 190, logScale, sync }: LineChartProps, width: number): uPlot.Options {
  const axis: uPlot.Axis = {
    stroke: css('text-secondary'),
    font: FONT,
    grid: { stroke: css('divider'), width: 1 },
    ticks: { show: false },
    gap: 6,
  }
  return {
    width,
    height,
    legend: { show: true, live: true },
    cursor: { points: { size: 6 }, drag: { x: true, y: false }, ...(sync && { sync: { key: sync } }) },
    scales: { x: { time: false }, y: logScale ? { distr: 3 } : { range: (_, min, max) => yRange(min, max) ?? uPlot.rangeNum(min, max, 0.1, true) } },
    axes: [
      { ...axis, label: undefined, size: 28, ...(xLabel === 'step' && { incrs: WHOLE }) },
      { ...axis, size: 52, values: (_, ticks) => ticks.map((tick) => (tick === null ? '' : figure(tick))) },
    ],
    series: [
      { label: xLabel, value: (_, value: number | null) => (value === null ? '–' : figure(value)) },
      ...lines.map((line): uPlot.Series => ({
        label: line.label,
        stroke: line.color,
        width: line.faint ? 1 : 1.75,
        alpha: line.faint ? 0.3 : 1,
        spanGaps: false,
        points: { show: line.faint ? false : (hasFewPoints as unknown as uPlot.Series.Points.Show), size: 5, fill: line.color },
        value: (_, value) => (value === null ? '–' : figure(value)),
      })),
    ],
  }
}

/** A log scale knows no zero and nothing below. */
function plottable(values: (number | null)[], logScale: boolean | undefined): (number | null)[] {
  return values.map((value) => (value === null || !Number.isFinite(value) || (logScale && value <= 0) ? null : value))
}

/** Lines over steps; drag to zoom, double click to see all. Load it lazily. */
export default function LineChart(props: LineChartProps) {
  const { x, lines, label, logScale } = props
  const host = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot | null>(null)
  const { mode, systemMode } = useColorScheme()
  const data = useMemo<uPlot.AlignedData>(() => [x, ...lines.map((line) => plottable(line.values, logScale))], [x, lines, logScale])
  const shape = JSON.stringify([lines.map(({ label: name, color, faint }) => [name, color, faint]), props.xLabel, props.height, logScale, mode, systemMode])
  const latest = useRef({ props, data })
  useEffect(() => {
    latest.current = { props, data }
  })

  useEffect(() => {
    const element = host.current
    if (!element) return
    const now = latest.current
    const chart = new uPlot(options(now.props, element.clientWidth || 300), now.data, element)
    plot.current = chart
    const observer = new ResizeObserver(() => {
      if (element.clientWidth > 0) chart.setSize({ width: element.clientWidth, height: now.props.height ?? 190 })
    })
    observer.observe(element)
    return () => {
      observer.disconnect()
      chart.destroy()
      plot.current = null
    }
  }, [shape])

  useEffect(() => {
    // A zoomed view stays zoomed while points arrive.
    const chart = plot.current
    if (!chart || chart.data === data) return
    const all = chart.data[0]
    const zoomed = chart.scales.x?.min !== all[0] || chart.scales.x?.max !== all[all.length - 1]
    chart.setData(data, !zoomed || all.length < 2)
  }, [data])

  const last = lines.map((line) => `${line.label} ${figure(line.values.findLast((value) => value !== null))}`).join(', ')
  return (
    <Box
      ref={host}
      role="img"
      aria-label={`${label}; last values: ${last}`}
      sx={{
        width: '100%',
        minWidth: 0,
        '& .u-legend': { textAlign: 'left', fontSize: 12, color: 'text.secondary', fontFamily: 'inherit' },
        '& .u-legend .u-marker': { width: 10, height: 3, borderRadius: 1 },
        '& .u-legend th': { fontWeight: 500 },
        '& .u-legend .u-value': { fontVariantNumeric: 'tabular-nums', color: 'text.primary' },
        '& .u-select': { bgcolor: 'action.selected' },
      }}
    />
  )
}
