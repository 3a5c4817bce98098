import type { DatasetFinding } from '@/api/types'

/** Whether the finding is drawn as two pictures side by side, which take twice the room. */
export const isPair = (finding: DatasetFinding): boolean => finding.other_image !== null || finding.classes.length > 1
