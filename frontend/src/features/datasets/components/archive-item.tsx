import Archive from '@mui/icons-material/ArchiveOutlined'
import ListItemIcon from '@mui/material/ListItemIcon'
import MenuItem from '@mui/material/MenuItem'
import type { Dataset } from '@/api/types'
import { useArchiveDataset } from '@/features/datasets/api/versions'
import { messageOf } from '@/lib/errors'
import { toast } from '@/lib/toasts'

/** Hides the data set from lists; its page tells how to bring it back. */
export function ArchiveItem({ dataset, onPicked }: { dataset: Dataset; onPicked: () => void }) {
  const archive = useArchiveDataset(dataset.id)
  const pick = (): void => {
    onPicked()
    archive.mutate(true, {
      onSuccess: () => toast(`${dataset.name} is archived.`),
      onError: (error) => toast(messageOf(error), 'error'),
    })
  }
  return (
    <MenuItem onClick={pick}>
      <ListItemIcon>
        <Archive fontSize="small" />
      </ListItemIcon>
      Archive
    </MenuItem>
  )
}
