import { useQueries } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { GalleryImage } from '@/api/types'
import { WINDOW, windowQuery } from '@/features/datasets/api/gallery'

/** How long the same part must be looked at before it is asked for: a scroll bar that is dragged passes thousands. */
const PAUSE_MS = 60

interface Windows {
  at: (index: number) => GalleryImage | undefined
  error: unknown
  retry: () => void
}

/** The images between two places of the list, fetched in windows when the scrolling pauses there. */
export function useWindows(dataset: number, filter: string, first: number, last: number): Windows {
  const from = Math.floor(Math.max(0, first) / WINDOW)
  const to = Math.floor(Math.max(0, last) / WINDOW)
  const [settled, setSettled] = useState({ from, to })
  useEffect(() => {
    const timer = setTimeout(() => setSettled((old) => (old.from === from && old.to === to ? old : { from, to })), PAUSE_MS)
    return () => clearTimeout(timer)
  }, [from, to])
  const pages = Array.from({ length: to - from + 1 }, (_, index) => from + index)
  const found = useQueries({
    queries: pages.map((page) => ({ ...windowQuery(dataset, filter, page), enabled: page >= settled.from && page <= settled.to })),
  })
  return {
    at: (index) => found[Math.floor(index / WINDOW) - from]?.data?.results[index % WINDOW],
    error: found.find((one) => one.isError)?.error ?? null,
    retry: () => found.forEach((one) => void (one.isError && one.refetch())),
  }
}
