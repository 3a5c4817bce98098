import { expect, test } from 'vitest'
import type { PlatformEvent } from '@/api/types'
import { staleKeys } from '@/lib/event-stream'

const event = (part: Partial<PlatformEvent>): PlatformEvent => ({ id: 1, kind: 'run.progress', object_type: 'run', object_id: 7, payload: {}, at: '', ...part })

test('progress makes the lists and that run stale, not every run', () => {
  expect(staleKeys(event({}))).toEqual([['runs', 'list'], ['runs', 'detail', 7]])
})

test('new points fetch only that run’s metrics', () => {
  expect(staleKeys(event({ kind: 'run.metrics' }))).toEqual([['runs', 'metrics', 7]])
})

test('an execution names its run in the payload', () => {
  expect(staleKeys(event({ kind: 'execution.state', object_type: 'execution', object_id: 3, payload: { run: 9 } }))).toContainEqual(['runs', 'detail', 9])
})
