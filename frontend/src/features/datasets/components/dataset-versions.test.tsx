import { screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { http, HttpResponse } from 'msw'
import { expect, test, vi } from 'vitest'
import { renderRoute } from '@/testing/render-route'
import { server } from '@/testing/setup'

const restore = { id: 1, dataset: 11, version: 1, before: null, progress: 0.4, message: '3 of 9 images are back', created_by: null, created_at: '2026-08-01T10:00:00Z', finished_at: null }

test('a version says what it holds, and one that runs name cannot be deleted', async () => {
  renderRoute('/projects/1/datasets/11/versions')
  const table = await screen.findByRole('table', { name: 'Versions' })
  expect(await within(table).findByText('After the platelets were checked')).toBeVisible()
  await userEvent.click(within(table).getByRole('button', { name: 'Actions for version 3' }))
  expect(await screen.findByRole('menuitem', { name: /Delete/ })).toHaveAttribute('aria-disabled', 'true')
  expect(screen.getByRole('menuitem', { name: 'Compare with now' })).toHaveAttribute('href', '/projects/1/datasets/11/compare?from=3&to=working')
})

test('which versions are shown is said, chosen and kept in the address', async () => {
  const router = renderRoute('/projects/1/datasets/11/versions')
  await userEvent.click(await screen.findByRole('button', { name: 'Shown: without archived ones' }))
  await userEvent.click(await screen.findByRole('menuitem', { name: 'all' }))
  await userEvent.click(await screen.findByRole('button', { name: 'Shown: all' }))
  expect(router.state.location.search).toBe('?archived=any')
  await userEvent.click(await screen.findByRole('menuitem', { name: 'without archived ones' }))
  expect(await screen.findByRole('button', { name: 'Shown: without archived ones' })).toBeVisible()
  expect(router.state.location.search).toBe('')
})

test('bringing a version back asks first, then tells how far it is', async () => {
  const asked = vi.fn()
  let state: 'none' | 'running' = 'none'
  server.use(
    http.post('*/api/v1/datasets/11/versions/1/restore/', () => {
      asked()
      state = 'running'
      return HttpResponse.json({ ...restore, state: 'queued' }, { status: 202 })
    }),
    http.get('*/api/v1/datasets/11/pinnings/', () => HttpResponse.json({ count: 0, results: [] })),
    http.get('*/api/v1/datasets/11/restores/', () => HttpResponse.json(state === 'none' ? { count: 0, results: [] } : { count: 1, results: [{ ...restore, state }] })),
  )
  renderRoute('/projects/1/datasets/11/versions')
  await userEvent.click(await screen.findByRole('button', { name: 'Actions for version 1' }))
  await userEvent.click(await screen.findByRole('menuitem', { name: 'Bring back…' }))
  const dialog = await screen.findByRole('dialog')
  expect(dialog).toHaveTextContent('What they are now is frozen as a version first')
  expect(asked).not.toHaveBeenCalled()
  await userEvent.click(within(dialog).getByRole('button', { name: 'Bring it back' }))
  await waitFor(() => expect(asked).toHaveBeenCalledOnce())
  expect(await screen.findByText(/Version 1 is being brought back. 3 of 9 images are back/)).toBeVisible()
})

test('a comparison shows counts by class and the images of the chosen change', async () => {
  const side = { index: 4, image: null, name: 'field.jpg', digest: 'd', size: 1, width: 8, height: 6, split: 'train', labels: { RBC: 1 }, url: '/x', thumbnail_url: '/x', shapes: [{ kind: 'box', label: 'RBC', geometry: { x1: 1, y1: 1, x2: 3, y2: 3 }, attributes: {}, z_order: 0, occluded: false, source: '', group: 0 }] }
  server.use(
    http.get('*/api/v1/datasets/11/versions/1/compare/', () =>
      HttpResponse.json({ before: { number: 1, image_count: 3, shape_count: 9, annotated_count: 3 }, after: { number: 2, image_count: 2, shape_count: 8, annotated_count: 2 }, changes: { added: 0, removed: 1, replaced: 0, relabelled: 1, moved: 0 }, labels: [{ name: 'RBC', before: 9, after: 8 }, { name: 'WBC', before: 0, after: 0 }], moves: [{ before: '', after: 'train', images: 2 }] }),
    ),
    http.get('*/api/v1/datasets/11/versions/1/compare/images/', ({ request }) =>
      new URL(request.url).searchParams.get('change') === 'removed'
        ? HttpResponse.json({ count: 1, results: [{ changes: ['removed'], before: side, after: null }] })
        : HttpResponse.json({ count: 1, results: [{ changes: ['relabelled'], before: side, after: { ...side, shapes: [] } }] }),
    ),
  )
  const router = renderRoute('/projects/1/datasets/11/compare?from=1&to=2')
  expect(await screen.findByText('no longer there', {}, { timeout: 10_000 })).toBeVisible()
  const classes = within(screen.getByRole('list', { name: 'Annotations per class, before and after' }))
  expect(classes.getByText('−1')).toBeVisible()
  expect(classes.queryByText('WBC')).toBeNull()
  await userEvent.click(screen.getByRole('button', { name: /Annotated otherwise/ }))
  expect(await screen.findByText('before: 1 annotation; only here: RBC')).toBeVisible()
  expect(router.state.location.search).toContain('change=relabelled')
}, 20_000)
