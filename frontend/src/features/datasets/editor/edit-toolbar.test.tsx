import { render, screen, within } from '@testing-library/react'
import { expect, test } from 'vitest'
import { startEditing } from '@/features/datasets/editor/edit-state'
import { EditToolbar } from '@/features/datasets/editor/edit-toolbar'
import type { Editor } from '@/features/datasets/editor/use-editor'

const nothing = (): void => undefined
const editor = (dirty: boolean): Editor => ({
  state: startEditing([]),
  dispatch: nothing,
  dirty,
  saving: false,
  error: '',
  conflict: null,
  restored: null,
  save: () => Promise.resolve(),
  discard: nothing,
  takeTheirs: nothing,
  keepMine: nothing,
  closeConflict: nothing,
})
const toolbar = (dirty: boolean) => <EditToolbar editor={editor(dirty)} tool="select" onTool={nothing} labels={[]} label="cat" onLabel={nothing} onDone={nothing} />

test('no control comes or goes at the first change, so that the picture stays where it is', () => {
  const { rerender } = render(toolbar(false))
  const before = within(screen.getByRole('toolbar')).getAllByRole('button')
  expect(screen.getByRole('button', { name: 'Discard changes' })).toBeDisabled()
  expect(screen.getByRole('button', { name: 'Done' })).toBeEnabled()
  rerender(toolbar(true))
  expect(within(screen.getByRole('toolbar')).getAllByRole('button')).toEqual(before)
  expect(screen.getByRole('button', { name: 'Discard changes' })).toBeEnabled()
  expect(screen.getByRole('button', { name: 'Later' })).toBeEnabled()
})
