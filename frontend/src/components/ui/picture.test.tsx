import { fireEvent, render, screen } from '@testing-library/react'
import { expect, test } from 'vitest'
import { Picture } from '@/components/ui/picture'

test('a picture whose file cannot be shown says so, and another one is tried', () => {
  const { rerender } = render(<Picture src="/a.jpg" alt="a leaf" />)
  fireEvent.error(screen.getByAltText('a leaf'))
  expect(screen.getByRole('img', { name: 'a leaf cannot be shown' })).toBeInTheDocument()
  rerender(<Picture src="/b.jpg" alt="another leaf" />)
  expect(screen.getByAltText('another leaf')).toHaveAttribute('src', '/b.jpg')
})
