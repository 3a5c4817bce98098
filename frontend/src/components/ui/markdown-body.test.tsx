import { render, screen } from '@testing-library/react'
import { describe, expect, it } from 'vitest'

import MarkdownBody from './markdown-body'

const HOSTILE = [
  '<script>window.caught = true</script>',
  '<img src=x onerror="window.caught = true">',
  '[a](javascript:window.caught=true)',
  '[b](data:text/html,<script>1</script>)',
  '[c](JaVaScRiPt:window.caught=true)',
  '<iframe src="https://example.org"></iframe>',
  '[d](vbscript:x "onmouseover=alert(1)")',
].join('\n\n')

describe('a README that somebody uploaded', () => {
  it('runs nothing and shows its markup as text', () => {
    const { container } = render(<MarkdownBody text={HOSTILE} />)

    expect(container.querySelectorAll('script, img, iframe')).toHaveLength(0)
    expect(container.textContent).toContain('<script>window.caught = true</script>')
    for (const link of container.querySelectorAll('a')) expect(link.getAttribute('href')).toBe('')
    const attributes = [...container.querySelectorAll('*')].flatMap((each) => each.getAttributeNames())
    expect(attributes.filter((name) => name.startsWith('on'))).toEqual([])
  })

  it('keeps links, tables and code', () => {
    render(<MarkdownBody text={'[docs](https://example.org/x)\n\n| a |\n| - |\n| b |\n\n`<b>`'} />)

    expect(screen.getByRole('link', { name: 'docs' })).toHaveAttribute('href', 'https://example.org/x')
    expect(screen.getByRole('table')).toBeInTheDocument()
    expect(screen.getByText('<b>')).toBeInTheDocument()
  })
})
