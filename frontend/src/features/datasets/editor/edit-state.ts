import type { Shape } from '@/api/types'

/** The shapes somebody is changing, with a way back. Pure, so that it can be tested and kept. */

type Remaining<T> = T extends unknown ? Omit<T, 'id' | 'attributes' | 'z_order' | 'occluded' | 'group' | 'source'> : never
export type NewShape = Remaining<Shape>

export interface EditState {
  shapes: Shape[]
  past: Shape[][]
  future: Shape[][]
  selected: number | null
  /** What the last change was called; the next one of the same name is the same step back. */
  merging: string
}
export type EditAction =
  | { type: 'reset'; shapes: Shape[] }
  | { type: 'add'; shape: NewShape }
  | { type: 'change'; id: number; to: (shape: Shape) => Shape; merge?: string }
  | { type: 'remove'; id: number }
  | { type: 'select'; id: number | null }
  | { type: 'undo' }
  | { type: 'redo' }

const STEPS_MAX = 200

export const startEditing = (shapes: Shape[]): EditState => ({ shapes, past: [], future: [], selected: null, merging: '' })

function step(state: EditState, shapes: Shape[], merge = ''): EditState {
  const merges = merge !== '' && merge === state.merging
  return { ...state, shapes, future: [], merging: merge, past: merges ? state.past : [...state.past.slice(-STEPS_MAX + 1), state.shapes] }
}

const kept = (state: EditState): EditState =>
  state.selected !== null && !state.shapes.some((shape) => shape.id === state.selected) ? { ...state, selected: null } : state

/** Shapes that the platform does not know yet have numbers below zero. */
const nextId = (state: EditState): number => Math.min(0, ...[state.shapes, ...state.past, ...state.future].flat().map((shape) => shape.id)) - 1

export function edit(state: EditState, action: EditAction): EditState {
  switch (action.type) {
    case 'reset':
      return startEditing(action.shapes)
    case 'add': {
      const id = nextId(state)
      const shape = { ...action.shape, id, attributes: {}, z_order: 0, occluded: false, group: 0, source: 'manual' } as Shape
      return { ...step(state, [...state.shapes, shape]), selected: id }
    }
    case 'change':
      return step(state, state.shapes.map((shape) => (shape.id === action.id ? action.to(shape) : shape)), action.merge)
    case 'remove':
      return kept(step(state, state.shapes.filter((shape) => shape.id !== action.id)))
    case 'select':
      return { ...state, selected: action.id, merging: '' }
    case 'undo': {
      const before = state.past.at(-1)
      return before ? kept({ ...state, shapes: before, past: state.past.slice(0, -1), future: [state.shapes, ...state.future], merging: '' }) : state
    }
    case 'redo': {
      const [after, ...future] = state.future
      return after ? kept({ ...state, shapes: after, past: [...state.past, state.shapes], future, merging: '' }) : state
    }
  }
}

/** What is sent: new shapes without the number that is only ours. */
export const toSend = (shapes: Shape[]): (Partial<Shape> & { id?: number })[] =>
  shapes.map(({ id, source: _source, ...rest }) => (id > 0 ? { id, ...rest } : rest) as Partial<Shape> & { id?: number })

export const isSame = (a: Shape[], b: Shape[]): boolean => JSON.stringify(a) === JSON.stringify(b)
