import Check from '@mui/icons-material/CheckOutlined'
import Alert from '@mui/material/Alert'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Chip from '@mui/material/Chip'
import Skeleton from '@mui/material/Skeleton'
import Typography from '@mui/material/Typography'
import { useQuery } from '@tanstack/react-query'
import type { Dataset, SplitDetail } from '@/api/types'
import { ErrorState } from '@/components/ui/error-state'
import { RelativeTime } from '@/components/ui/relative-time'
import { Section } from '@/components/ui/section'
import { splitQuery, useExtendSplit, useUpdateSplit } from '@/features/datasets/api/splits'
import { ClassPartsBars } from '@/features/datasets/splits/class-parts-bars'
import { PartBar } from '@/features/datasets/splits/part-bar'
import { METHOD_LABELS, PARTS, total } from '@/features/datasets/splits/parts'
import { SplitImages } from '@/features/datasets/splits/split-images'
import { SplitLeaks } from '@/features/datasets/splits/split-leaks'
import { SplitMenu } from '@/features/datasets/splits/split-menu'
import { messageOf } from '@/lib/errors'
import { plural } from '@/lib/format'
import { toast } from '@/lib/toasts'

/** How a split was made, in words. */
function made(split: SplitDetail): string {
  const { options } = split
  const by = { folder: 'one group per folder', pattern: `groups by ${options.pattern}`, near: 'images that look alike together', cvat_job: 'one group per CVAT job' }[options.group_by ?? '']
  const parts = [METHOD_LABELS[split.method]]
  if (by) parts.push(by)
  if (options.shares) parts.push(PARTS.map((part) => `${options.shares[part] ?? 0} %`).join(' / '))
  if (split.seed !== null) parts.push(`seed ${split.seed}`)
  if (options.near_bits !== null && options.near_bits !== undefined && options.group_by !== 'near') parts.push('look-alikes together')
  return parts.join(', ')
}

export function SplitView({ dataset, id, mayEdit, onDeleted }: { dataset: Dataset; id: number; mayEdit: boolean; onDeleted: () => void }) {
  const found = useQuery(splitQuery(dataset.id, id))
  const extend = useExtendSplit(dataset.id, id)
  const update = useUpdateSplit(dataset.id, id)
  if (found.isError) return <ErrorState error={found.error} onRetry={() => void found.refetch()} what="split" />
  if (!found.data) return <Skeleton variant="rounded" height={320} />
  const split = found.data
  const fail = (error: unknown): void => toast(messageOf(error), 'error')
  const filled = total(split.counts) > 0
  return (
    <Box sx={{ display: 'grid', gap: 4, minWidth: 0 }}>
      <Section
        title={split.name}
        actions={
          <Box sx={{ display: 'flex', gap: 2, alignItems: 'center' }}>
            {split.is_current ? (
              <Chip color="success" variant="outlined" icon={<Check />} label="In use" />
            ) : (
              mayEdit && (
                <Button variant="outlined" loading={update.isPending} onClick={() => update.mutate({ current: true }, { onError: fail })}>
                  Use it
                </Button>
              )
            )}
            <SplitMenu dataset={dataset} split={split} mayEdit={mayEdit} onDeleted={onDeleted} />
          </Box>
        }
      >
        <Typography variant="body2" sx={{ color: 'text.secondary', mb: 3 }}>
          {made(split)}. Made <RelativeTime at={split.created_at} />
          {split.created_by ? ` by ${split.created_by.username}` : ''}.{split.is_current ? ' New versions and runs carry it.' : ''}
        </Typography>
        <PartBar counts={split.counts} without={split.without} height={18} />
        {split.without > 0 && (
          <Alert
            severity="info"
            sx={{ mt: 3 }}
            action={
              mayEdit &&
              filled && (
                <Button loading={extend.isPending} onClick={() => extend.mutate(split.revision, { onSuccess: ({ moved }) => toast(`${plural(moved, 'image')} dealt out.`), onError: fail })}>
                  Deal them out
                </Button>
              )
            }
          >
            {plural(split.without, 'image is', 'images are')} in no part, so no run trains or is tested on {split.without === 1 ? 'it' : 'them'}.
            {filled ? ' Dealing them out moves no other image.' : ''}
          </Alert>
        )}
      </Section>
      <Section title="Images per class">
        <ClassPartsBars classes={split.classes} parts={PARTS.filter((part) => (split.counts[part] ?? 0) > 0)} />
      </Section>
      <SplitLeaks dataset={dataset} split={split} mayEdit={mayEdit} />
      <SplitImages key={split.id} dataset={dataset} split={split} mayEdit={mayEdit} />
    </Box>
  )
}
