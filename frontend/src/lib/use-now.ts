import { useEffect, useState } from 'react'

/** The time in milliseconds, moved on every `interval`; null stops the clock. */
export function useNow(interval: number | null = 30_000): number {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    if (interval === null) return
    const timer = setInterval(() => setNow(Date.now()), interval)
    return () => clearInterval(timer)
  }, [interval])
  return now
}
