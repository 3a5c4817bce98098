import Alert from '@mui/material/Alert'
import Button from '@mui/material/Button'
import type { Dataset } from '@/api/types'
import { RelativeTime } from '@/components/ui/relative-time'
import { useArchiveDataset } from '@/features/datasets/api/versions'
import { messageOf } from '@/lib/errors'
import { toast } from '@/lib/toasts'

/** Says that the data set is archived, what that means, and how it comes back; nothing when it is in use. */
export function ArchivedBanner({ dataset }: { dataset: Dataset }) {
  const archive = useArchiveDataset(dataset.id)
  if (dataset.archived_at === null) return null
  const bringBack = (): void =>
    archive.mutate(false, {
      onSuccess: () => toast(`${dataset.name} is in use again.`),
      onError: (error) => toast(messageOf(error), 'error'),
    })
  return (
    <Alert
      severity="info"
      sx={{ mb: 4 }}
      action={
        dataset.can.includes('archive') && (
          <Button color="inherit" loading={archive.isPending} onClick={bringBack}>
            Take out of the archive
          </Button>
        )
      }
    >
      Archived <RelativeTime at={dataset.archived_at} />: hidden from lists, and nothing of it can be changed. Runs made with its versions can be repeated.
    </Alert>
  )
}
