import { useCallback, useState } from 'react'

export function readStored(key: string): string | null {
  try {
    return localStorage.getItem(key)
  } catch {
    return null // storage switched off
  }
}

export function writeStored(key: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(key)
    else localStorage.setItem(key, value)
  } catch {
    // Full or switched off: the page still works, it only forgets.
  }
}

/** A small piece of state this browser remembers. */
export function useStored(key: string, initial: string): [string, (value: string) => void] {
  const [value, setValue] = useState(() => readStored(key) ?? initial)
  const set = useCallback(
    (next: string) => {
      writeStored(key, next)
      setValue(next)
    },
    [key],
  )
  return [value, set]
}
