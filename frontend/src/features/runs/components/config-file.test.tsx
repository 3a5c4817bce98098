import { screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, test, vi } from 'vitest'
import { renderRoute } from '@/testing/render-route'

const saved = vi.hoisted(() => ({ name: '', text: '' }))

// The editor needs a real layout; here a plain text area stands for it.
vi.mock('@/components/schema-form/json-editor', () => ({
  default: ({ value, onChange, label }: { value: string; onChange?: (text: string) => void; label: string }) => (
    <textarea aria-label={label} value={value} onChange={(event) => onChange?.(event.target.value)} />
  ),
}))
vi.mock('@/lib/download', async (original) => ({
  ...(await original<object>()),
  saveText: (name: string, text: string) => Object.assign(saved, { name, text }),
}))

async function openForm(): Promise<HTMLElement> {
  renderRoute('/projects/1/runs/new?dataset=12&template=12')
  return screen.findByLabelText(/Epochs/, {}, { timeout: 20_000 })
}

async function load(text: string): Promise<void> {
  const file = new File([text], 'mine.json', { type: 'application/json' })
  // Browsers have had File.text for years, the document of these tests has not.
  await userEvent.upload(screen.getByLabelText('Configuration file'), Object.assign(file, { text: () => Promise.resolve(text) }))
}

test('a saved configuration comes back as it was', async () => {
  const epochs = await openForm()
  await userEvent.clear(epochs)
  await userEvent.type(epochs, '25')
  await userEvent.click(screen.getByRole('button', { name: 'Save' }))
  expect(saved.name).toMatch(/^[a-z0-9._-]+-train\.json$/)
  expect(JSON.parse(saved.text)).toMatchObject({ epochs: 25 })

  await userEvent.click(screen.getByRole('button', { name: /^Reset \d+ change/ }))
  await waitFor(() => expect(screen.getByRole('spinbutton', { name: /Epochs/ })).toHaveValue(10))
  await load(saved.text)
  await waitFor(() => expect(screen.getByRole('spinbutton', { name: /Epochs/ })).toHaveValue(25))
}, 60_000)

test('a file that breaks the schema is loaded and its values are said to be wrong', async () => {
  await openForm()
  await load('{"epochs": 0, "batch-size": 8, "patience": 0}')
  await waitFor(() => expect(screen.getByRole('spinbutton', { name: /Epochs/ })).toHaveValue(0))
  await waitFor(() => expect(screen.getByRole('spinbutton', { name: /Epochs/ })).toBeInvalid())
}, 60_000)
