import { renderHook } from '@testing-library/react'
import { expect, test, vi } from 'vitest'
import type { ImagePlace } from '@/api/types'
import { useTurning } from './use-turning'

const place = (image: number): ImagePlace => ({ previous: image - 1, next: image + 1 }) as ImagePlace

interface Shown {
  at: ImagePlace
  known: boolean
}

test('two quick steps are two, though the page has not turned after the first', () => {
  const goTo = vi.fn()
  const first: Shown = { at: place(5), known: true }
  const { result, rerender } = renderHook(({ at, known }: Shown) => useTurning(at, known, goTo), { initialProps: first })
  result.current.previous?.()
  result.current.previous?.()
  expect(goTo.mock.calls).toEqual([[4]])
  rerender({ at: first.at, known: false }) // the neighbours of the next one are being asked for
  rerender({ at: place(4), known: true })
  expect(goTo.mock.calls).toEqual([[4], [3]])
})

test('back where it was, it turns again', () => {
  const goTo = vi.fn()
  const five = place(5)
  const { result, rerender } = renderHook(({ at, known }: Shown) => useTurning(at, known, goTo), {
    initialProps: { at: five, known: true },
  })
  result.current.next?.()
  rerender({ at: place(6), known: true })
  rerender({ at: five, known: true })
  result.current.next?.()
  expect(goTo.mock.calls).toEqual([[6], [6]])
})
