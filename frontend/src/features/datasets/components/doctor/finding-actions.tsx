import Build from '@mui/icons-material/BuildOutlined'
import Button from '@mui/material/Button'
import type { FindingKind } from '@/api/types'
import { useMarkFindings } from '@/features/datasets/api/doctor'
import { messageOf } from '@/lib/errors'
import { plural } from '@/lib/format'
import { toast } from '@/lib/toasts'

interface Props {
  dataset: number
  kind: FindingKind
  /** The chosen findings; left out: all of the kind. */
  chosen?: number[]
  onRepair: (repair: string) => void
  onMarked?: () => void
}

/** What can be done about findings: the repairs, and saying that they are meant to be so. */
export function FindingActions({ dataset, kind, chosen, onRepair, onMarked }: Props) {
  const mark = useMarkFindings(dataset)
  const send = (intended: boolean): void =>
    mark.mutate(
      { code: kind.code, findings: chosen, intended },
      {
        onSuccess: ({ marked }) => {
          onMarked?.()
          toast(
            intended ? `${plural(marked, 'finding')} marked as intended: hidden here, also after later examinations.` : `${plural(marked, 'finding')} shown again.`,
            'success',
            intended ? { label: 'Undo', run: () => send(false) } : undefined,
          )
        },
        onError: (error) => toast(messageOf(error), 'error'),
      },
    )
  return (
    <>
      {kind.repairs.map((repair, index) => (
        <Button
          key={repair.code}
          size="small"
          variant={index === 0 ? 'contained' : 'outlined'}
          startIcon={index === 0 ? <Build /> : undefined}
          onClick={() => onRepair(repair.code)}
        >
          {repair.title}…
        </Button>
      ))}
      <Button size="small" loading={mark.isPending} onClick={() => send(true)}>
        {chosen ? 'Mark as intended' : 'Mark all as intended'}
      </Button>
    </>
  )
}
