import type { OnItsWay, Pending } from '@/api/types'

const UNDER_WAY: ReadonlySet<string> = new Set(['queued', 'running'])
const ASK_AGAIN_MS = 1_500

/** Whether the worker has not ended this yet. */
export const isUnderWay = (work: { state: string } | null | undefined): boolean => work != null && UNDER_WAY.has(work.state)

/** Ask again while the worker is at it. */
export const whileUnderWay = (work: { state: string } | null | undefined): number | false => (isUnderWay(work) ? ASK_AGAIN_MS : false)

/** Whether there is an answer, be it one of before. */
export const isThere = <T extends { pending: Pending | null }>(found: T | OnItsWay, sign: keyof T): found is T => sign in found
