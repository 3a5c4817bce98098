import { useLayoutEffect, useState, type RefObject } from 'react'

interface Place {
  width: number
  /** Where the element begins on the page. */
  top: number
}

/** How wide an element is and where it begins, kept up to date. */
export function usePlace(element: RefObject<HTMLElement | null>): Place {
  const [place, setPlace] = useState<Place>({ width: 0, top: 0 })
  useLayoutEffect(() => {
    const node = element.current
    if (!node) return
    const measure = (): void => {
      const box = node.getBoundingClientRect()
      const [width, top] = [Math.floor(box.width), Math.round(box.top + window.scrollY)]
      setPlace((old) => (old.width === width && old.top === top ? old : { width, top }))
    }
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(node)
    observer.observe(document.body)
    return () => observer.disconnect()
  }, [element])
  return place
}
