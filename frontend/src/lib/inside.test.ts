import { expect, test } from 'vitest'
import { inside, isServerPage } from '@/lib/inside'

test.each(['/', '/projects/1/runs?state=failed#top', '/admin/', '/runs/7?next=https://example.org/'])('%s leads there', (next) => {
  expect(inside(next)).toBe(next)
})

test.each([
  null, '', 'https://example.org/', '//example.org/', '/\\example.org/', '\\\\example.org', '/\t/example.org', '/\n/example.org', '\t//example.org',
  'javascript:alert(1)', 'data:text/html,x', 'projects/1', '/.//example.org', '/..//example.org', '///example.org', '/%09/../..//example.org',
])('%j leads to the start page', (next) => {
  expect(inside(next)).toBe('/')
})

test('pages of the server are told from those of the app', () => {
  expect(['/admin/', '/admin/accounts/user/?q=a', '/api/docs/'].every(isServerPage)).toBe(true)
  expect(['/', '/administration', '/projects/1/admin', '/apis'].some(isServerPage)).toBe(false)
})
