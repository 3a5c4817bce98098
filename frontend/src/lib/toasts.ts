import { useSyncExternalStore } from 'react'

export interface Toast {
  id: number
  severity: 'success' | 'error' | 'info'
  message: string
  /** What can be done about it at once, such as taking it back. */
  action?: ToastAction
}

export interface ToastAction {
  label: string
  run: () => void
}

let toasts: Toast[] = []
let nextId = 1
const listeners = new Set<() => void>()

function set(next: Toast[]): void {
  toasts = next
  listeners.forEach((listener) => listener())
}

/** Says something in passing, at the lower edge of the page. */
export function toast(message: string, severity: Toast['severity'] = 'success', action?: ToastAction): void {
  set([...toasts.slice(-3), { id: nextId++, severity, message, action }])
}

export function dismissToast(id: number): void {
  set(toasts.filter((one) => one.id !== id))
}

export function useToasts(): Toast[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => toasts,
  )
}
