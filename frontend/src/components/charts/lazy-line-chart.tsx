import Skeleton from '@mui/material/Skeleton'
import { lazy, Suspense } from 'react'
import type { LineChartProps } from '@/components/charts/line-chart'

const LineChart = lazy(() => import('@/components/charts/line-chart'))

export function LazyLineChart(props: LineChartProps) {
  return (
    <Suspense fallback={<Skeleton variant="rounded" height={(props.height ?? 190) + 28} />}>
      <LineChart {...props} />
    </Suspense>
  )
}
