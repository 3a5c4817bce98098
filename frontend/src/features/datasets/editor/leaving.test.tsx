import { act, screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { http, HttpResponse } from 'msw'
import { beforeEach, expect, test } from 'vitest'
import { readDraft, writeDraft } from '@/features/datasets/editor/draft'
import { renderRoute } from '@/testing/render-route'
import { server } from '@/testing/setup'

const box = { id: 5, kind: 'box' as const, label: 'RBC', geometry: { x1: 1, y1: 1, x2: 30, y2: 30, rotation: 0 }, attributes: {}, z_order: 0, occluded: false, group: 0, source: 'manual' as const }
const leaf = { id: 1101, name: 'leaf.jpg', path: 'leaf.jpg', width: 64, height: 48, size: 900, media_type: 'image/jpeg', digest: 'sha256:1', shape_count: 1, url: '/x', thumbnail_url: '/x', shapes: [box], orientation: 1, revision: 3, labels: { RBC: 1 }, part: '', findings: [], edited_by: null, edited_at: null }
const PAGE = '/projects/1/datasets/11/images/1101?edit=1'
const NOTICE = /Your changes to leaf.jpg are not saved yet; they are kept in this browser/

beforeEach(() => {
  window.scrollTo = () => undefined
  server.use(
    http.get('*/api/v1/datasets/11/images/1101/', () => HttpResponse.json(leaf)),
    http.get('*/api/v1/datasets/11/images/1101/place/', () => HttpResponse.json({ count: 1, position: 0, previous: null, next: null })),
    http.put('*/api/v1/datasets/11/images/1101/annotations/', () => HttpResponse.json({ ...leaf, revision: 4, shapes: [{ ...box, label: 'WBC' }] })),
  )
  writeDraft(11, 1101, { revision: 3, shapes: [{ ...box, label: 'WBC' }], at: '2026-08-01T10:00:00Z' })
})

const moment = (): Promise<void> => act(() => new Promise<void>((resolve) => setTimeout(resolve, 50)))

test('leaving unsaved work says where it is kept', async () => {
  const router = renderRoute(PAGE)
  expect(await screen.findByText(/was brought back/)).toBeVisible()
  await act(() => router.navigate('/projects/1/datasets'))
  expect(await screen.findByText(NOTICE)).toBeVisible()
  expect(readDraft(11, 1101)).not.toBeNull()
  await userEvent.click(screen.getByRole('button', { name: 'Close' })) // it would outlast the test
})

test.each(['Save', 'Discard changes'])('after “%s” there is nothing to say', async (button) => {
  const router = renderRoute(PAGE)
  await userEvent.click(await screen.findByRole('button', { name: button }))
  await waitFor(() => expect(readDraft(11, 1101)).toBeNull())
  await act(() => router.navigate('/projects/1/datasets'))
  await moment()
  expect(screen.queryByText(NOTICE)).toBeNull()
})

test('an image that somebody deleted has a way back to the others, and none to itself', async () => {
  server.use(http.get('*/api/v1/datasets/11/images/1101/', () => HttpResponse.json({ code: 'not_found', message: 'Not here.' }, { status: 404 })))
  renderRoute(PAGE)
  expect(await screen.findByText('This image is not here')).toBeVisible()
  expect(await screen.findByRole('link', { name: 'Images of Blood cells' })).toHaveAttribute('href', expect.stringMatching(/^\/projects\/1\/datasets\/11(\/images)?\?/))
  await moment()
  expect(screen.queryByText(NOTICE)).toBeNull()
})

test('a version that is not here has a way back to the others', async () => {
  server.use(http.get('*/api/v1/datasets/11/versions/99/', () => HttpResponse.json({ code: 'not_found', message: 'Not here.' }, { status: 404 })))
  renderRoute('/projects/1/datasets/11/versions/99')
  expect(await screen.findByText('This version is not here')).toBeVisible()
  expect(await screen.findByRole('link', { name: 'Versions of Blood cells' })).toHaveAttribute('href', '/projects/1/datasets/11/versions')
})
