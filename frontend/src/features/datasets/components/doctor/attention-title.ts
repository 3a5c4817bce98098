import type { Examination } from '@/api/types'
import { count, plural } from '@/lib/format'

/** What the badge of the findings counts, and what it leaves out. */
export function attentionTitle({ attention, kinds }: Pick<Examination, 'attention' | 'kinds'>): string {
  const toKnow = kinds.filter((kind) => kind.severity === 'info').reduce((sum, kind) => sum + kind.count, 0)
  const toActOn = `${plural(attention, 'finding')} to act on`
  return toKnow === 0 ? toActOn : `${toActOn}; ${count(toKnow)} more to know`
}
