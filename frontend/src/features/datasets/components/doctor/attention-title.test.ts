import { expect, test } from 'vitest'
import type { FindingKind } from '@/api/types'
import { attentionTitle } from '@/features/datasets/components/doctor/attention-title'

const kind = (severity: FindingKind['severity'], count: number) => ({ severity, count }) as FindingKind

test('the badge says what it counts and what it leaves out', () => {
  expect(attentionTitle({ attention: 2, kinds: [kind('error', 1), kind('warning', 1), kind('info', 1)] })).toBe('2 findings to act on; 1 more to know')
  expect(attentionTitle({ attention: 1, kinds: [kind('error', 1), kind('info', 0)] })).toBe('1 finding to act on')
})
