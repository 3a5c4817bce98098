import { screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { http, HttpResponse } from 'msw'
import { expect, test, vi } from 'vitest'
import { signOutForTests } from '../../mock/api'
import { renderRoute } from '@/testing/render-route'
import { server } from '@/testing/setup'

// The editor needs a real layout; here a plain text area stands for it.
vi.mock('@/components/schema-form/json-editor', () => ({
  default: ({ value, onChange, label }: { value: string; onChange?: (text: string) => void; label: string }) => (
    <textarea aria-label={label} value={value} onChange={(event) => onChange?.(event.target.value)} />
  ),
}))

test('without a session one signs in and comes back to the same address', async () => {
  signOutForTests(true)
  const router = renderRoute('/projects/1/models?search=ssd')
  await userEvent.type(await screen.findByLabelText(/User name/), 'anna')
  await userEvent.type(screen.getByLabelText(/Password/), 'secret')
  await userEvent.click(screen.getByRole('button', { name: 'Sign in' }))
  expect(await screen.findByRole('heading', { name: 'Models' })).toBeVisible()
  expect(router.state.location.pathname + router.state.location.search).toBe('/projects/1/models?search=ssd')
})

test('wrong credentials are said in words', async () => {
  signOutForTests(true)
  renderRoute('/sign-in')
  await userEvent.type(await screen.findByLabelText(/User name/), 'anna')
  await userEvent.type(screen.getByLabelText(/Password/), 'wrong')
  await userEvent.click(screen.getByRole('button', { name: 'Sign in' }))
  expect(await screen.findByText('User name or password is wrong.')).toBeVisible()
})

test('a 401 in the middle of work leads to sign-in', async () => {
  const router = renderRoute('/projects/1/runs')
  await screen.findByRole('heading', { name: 'Runs' })
  signOutForTests(true)
  server.use(http.get('*/api/v1/models/', () => HttpResponse.json({ code: 'not_signed_in', message: 'Sign in.', extra: {} }, { status: 401 })))
  await userEvent.click(screen.getByRole('link', { name: 'Models' }))
  await waitFor(() => expect(router.state.location.pathname).toBe('/sign-in'))
  expect(router.state.location.search).toContain(encodeURIComponent('/projects/1/models'))
})

test('filters of the runs live in the address', async () => {
  const router = renderRoute('/projects/1/runs')
  await userEvent.click(await screen.findByRole('button', { name: 'State', expanded: false }))
  await userEvent.click(await screen.findByRole('menuitem', { name: 'Failed' }))
  await waitFor(() => expect(router.state.location.search).toBe('?state=failed'))
  const table = await screen.findByRole('table', { name: 'Runs' })
  await waitFor(() => expect(within(table).getAllByRole('row')).toHaveLength(2))
})

test('a list that fails says so and can be tried again', async () => {
  server.use(http.get('*/api/v1/runs/', () => HttpResponse.json({ code: 'x', message: 'The database does not answer.', extra: {} }, { status: 400 }), { once: true }))
  renderRoute('/projects/1/runs')
  expect(await screen.findByText('The database does not answer.')).toBeVisible()
  await userEvent.click(screen.getByRole('button', { name: 'Try again' }))
  expect(await screen.findByRole('table', { name: 'Runs' })).toBeVisible()
})

test('a failed run opens on what went wrong and what to do', async () => {
  renderRoute('/projects/1/runs/87')
  expect(await screen.findByText('The training ended with exit code 1')).toBeVisible()
  expect(screen.getByLabelText('Last lines of the log')).toHaveTextContent('OutOfMemoryError')
  expect(screen.getByRole('link', { name: 'Change and run again' })).toHaveAttribute('href', '/projects/1/runs/new?from=87')
})

test('form and JSON stay in step, broken JSON is kept, whole numbers stay whole', async () => {
  const sent = vi.fn()
  server.use(
    http.post('*/api/v1/runs/', async ({ request }) => {
      sent(await request.clone().text())
      return undefined
    }),
  )
  const router = renderRoute('/projects/1/runs/new?dataset=12&template=12')
  const epochs = await screen.findByLabelText(/Epochs/, {}, { timeout: 20_000 })
  await userEvent.clear(epochs)
  await userEvent.type(epochs, '25')
  const json = screen.getByLabelText<HTMLTextAreaElement>('Configuration as JSON', { selector: 'textarea' })
  expect(JSON.parse(json.value)).toMatchObject({ epochs: 25, patience: 0, freeze: [0] })
  expect(screen.getByText('Changed · default 10')).toBeVisible()

  await userEvent.type(json, '{Control>}{End}{/Control} nonsense')
  expect(await screen.findByText(/The JSON cannot be read/)).toBeVisible()
  expect(json.value).toContain('nonsense')
  expect(screen.getByRole('button', { name: 'Start the run' })).toBeDisabled()

  await userEvent.clear(json)
  await userEvent.click(json)
  await userEvent.paste('{"epochs": 7, "batch-size": 8, "patience": 0}')
  await waitFor(() => expect(screen.getByRole('spinbutton', { name: /Epochs/ })).toHaveValue(7))
  await userEvent.click(screen.getByRole('button', { name: 'Start the run' }))
  await waitFor(() => expect(router.state.location.pathname).toMatch(/\/runs\/\d+$/))
  expect(sent.mock.calls[0]?.[0]).toContain('"config":{"epochs":7,"batch-size":8,"patience":0}')
}, 60_000)

test('a run names a version of its data set when the address or somebody chooses one', async () => {
  const sent = vi.fn()
  server.use(
    http.post('*/api/v1/runs/', async ({ request }) => {
      sent(await request.clone().json())
      return undefined
    }),
  )
  const router = renderRoute('/projects/1/runs/new?dataset=11&version=2&template=12')
  const choice = await screen.findByRole('combobox', { name: 'Data set version' }, { timeout: 20_000 })
  await waitFor(() => expect(choice).toHaveTextContent('Version 2'))
  expect(await screen.findByText(/324 images, .*; split default \(train 254, val 55, test 55\)/)).toBeVisible()
  await userEvent.click(choice)
  const options = screen.getAllByRole('option').map((option) => option.textContent)
  expect(options.map((text) => text?.slice(0, 9))).toEqual(['As it is ', 'Version 3', 'Version 2', 'Version 1'])
  await userEvent.click(screen.getByRole('option', { name: /^Version 1/ }))
  expect(await screen.findByText(/no split: the template draws its own/)).toBeVisible()
  await userEvent.click(await screen.findByRole('button', { name: 'Start the run' }, { timeout: 20_000 }))
  await waitFor(() => expect(router.state.location.pathname).toMatch(/\/runs\/\d+$/))
  expect(sent.mock.calls[0]?.[0]).toMatchObject({ dataset: 11, dataset_version: 29 })
}, 60_000)

test('a refused template shows its findings line by line and the dialog stays', async () => {
  const findings = [
    { severity: 'error', code: 'bad_json', message: 'Expecting “,” delimiter.', file: 'config/custom.json', line: 3, column: 12, hint: 'Put a comma behind line 2.' },
    { severity: 'warning', code: 'no_readme', message: 'There is no README.md.', file: null, line: null, column: null, hint: null },
  ]
  server.use(http.post('*/api/v1/templates/upload/', () => HttpResponse.json({ code: 'template_refused', message: 'The template was refused.', extra: { findings } }, { status: 400 })))
  const router = renderRoute('/projects/1/templates')
  await userEvent.click(await screen.findByRole('button', { name: 'Upload a template' }))
  const dialog = await screen.findByRole('dialog')
  await userEvent.upload(within(dialog).getByLabelText('Template ZIP'), new File(['x'], 'bad.zip', { type: 'application/zip' }))
  expect(await within(dialog).findByText('config/custom.json:3:12')).toBeVisible()
  expect(within(dialog).getByText(/Nothing was installed/)).toBeVisible()
  await userEvent.click(within(dialog).getByRole('button', { name: 'Close' }))
  expect(router.state.location.pathname).toBe('/projects/1/templates')
})

test('a token is shown once', async () => {
  renderRoute('/projects/1/settings/tokens')
  await userEvent.click(await screen.findByRole('button', { name: 'New token' }))
  await userEvent.type(await screen.findByLabelText(/Name/), 'ci')
  await userEvent.click(screen.getByRole('button', { name: 'Create' }))
  expect(await screen.findByTestId('new-token')).toHaveTextContent('ty_8fK2dE91')
  await userEvent.click(screen.getByRole('button', { name: 'I have copied it' }))
  await waitFor(() => expect(screen.queryByTestId('new-token')).not.toBeInTheDocument())
})

test('deleting asks and names what is destroyed', async () => {
  const removed = vi.fn()
  server.use(
    http.delete('*/api/v1/datasets/11/', () => {
      removed()
      return new HttpResponse(null, { status: 204 })
    }),
  )
  renderRoute('/projects/1/datasets/11/statistics')
  await userEvent.click(await screen.findByRole('button', { name: 'More actions' }))
  await userEvent.click(await screen.findByRole('menuitem', { name: 'Delete…' }))
  const dialog = await screen.findByRole('dialog')
  expect(dialog).toHaveTextContent('destroys 364 images (9.5 MiB), their annotations and all versions')
  expect(removed).not.toHaveBeenCalled()
  await userEvent.click(within(dialog).getByRole('button', { name: 'Delete the data set' }))
  await waitFor(() => expect(removed).toHaveBeenCalledOnce())
})

test('an unknown address has its page', async () => {
  renderRoute('/projects/1/nowhere')
  expect(await screen.findByText('There is no such page')).toBeVisible()
})

test('a short address leads into its project', async () => {
  const router = renderRoute('/runs/88')
  await waitFor(() => expect(router.state.location.pathname).toBe('/projects/1/runs/88'))
})

test('sessions are listed, and one or all others can be ended', async () => {
  renderRoute('/projects/1/settings/account')
  const table = await screen.findByRole('table', { name: 'Sessions' })
  expect(await within(table).findByText('This device')).toBeVisible()
  await userEvent.click(within(table).getByRole('button', { name: /Sign out Safari on iPhone/ }))
  await userEvent.click(within(await screen.findByRole('dialog')).getByRole('button', { name: 'Sign it out' }))
  await waitFor(() => expect(screen.queryByText('Safari on iPhone')).not.toBeInTheDocument())
  await userEvent.click(await screen.findByRole('button', { name: 'Sign out all others' }))
  await userEvent.click(within(await screen.findByRole('dialog')).getByRole('button', { name: 'Sign them out' }))
  expect(await screen.findByText(/signed in on this device only/)).toBeVisible()
  expect(screen.queryByRole('button', { name: 'Sign out all others' })).not.toBeInTheDocument()
})

test('sessions that cannot be read say so', async () => {
  server.use(http.get('*/api/v1/auth/sessions/', () => HttpResponse.json({ code: 'x', message: 'The database does not answer.', extra: {} }, { status: 503 })))
  renderRoute('/projects/1/settings/account')
  expect(await screen.findByText('The list of sessions could not be loaded')).toBeVisible()
})
