import { useEffect, useRef } from 'react'
import type { ImagePlace } from '@/api/types'

interface Turning {
  previous?: () => void
  next?: () => void
}

/**
 * Steps to the images before and after.
 *
 * A step asked for before the neighbours are known, or before the page has turned, is taken as soon as it can be, so
 * that fast fingers lose none.
 */
export function useTurning(place: ImagePlace | undefined, known: boolean, goTo: (image: number) => void): Turning {
  const waiting = useRef(0)
  const left = useRef<ImagePlace>(undefined)
  const step = (by: 1 | -1): void => {
    if (!known || (place !== undefined && place === left.current)) {
      waiting.current += by
      return
    }
    const image = by === 1 ? place?.next : place?.previous
    if (image == null) waiting.current = 0
    else {
      left.current = place
      goTo(image)
    }
  }
  useEffect(() => {
    left.current = undefined
  }, [place])
  useEffect(() => {
    if (!known || waiting.current === 0) return
    const by = waiting.current > 0 ? 1 : -1
    waiting.current -= by
    step(by)
  })
  return {
    previous: known && place?.previous == null ? undefined : () => step(-1),
    next: known && place?.next == null ? undefined : () => step(1),
  }
}

/** Left and right arrow turn the page, for the time in which no view of the image is there to listen to keys. */
export function useArrows(active: boolean, { previous, next }: Turning): void {
  useEffect(() => {
    if (!active) return
    const onKey = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey) return
      if (event.key === 'ArrowLeft') previous?.()
      if (event.key === 'ArrowRight') next?.()
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  })
}
