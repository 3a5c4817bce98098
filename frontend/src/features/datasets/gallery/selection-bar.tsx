import DeleteOutline from '@mui/icons-material/DeleteOutlined'
import Label from '@mui/icons-material/LabelOutlined'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Typography from '@mui/material/Typography'
import { useState } from 'react'
import type { Dataset } from '@/api/types'
import { ConfirmDialog } from '@/components/ui/confirm-dialog'
import { useDeleteImages, type Chosen } from '@/features/datasets/api/gallery'
import { PartMenu } from '@/features/datasets/gallery/part-menu'
import { TagDialog } from '@/features/datasets/gallery/tag-dialog'
import { plural } from '@/lib/format'
import { toast } from '@/lib/toasts'

interface Props {
  dataset: Dataset
  chosen: number
  /** How many fit the filter, and whether all of them are chosen. */
  fitting: number
  isAll: boolean
  images: Chosen
  onAll: () => void
  onClear: () => void
}

/** What can be done with the pictures that were chosen. */
export function SelectionBar({ dataset, chosen, fitting, isAll, images, onAll, onClear }: Props) {
  const [asking, setAsking] = useState<'delete' | 'tag' | null>(null)
  const remove = useDeleteImages(dataset.id)
  const close = (): void => setAsking(null)
  return (
    <Box
      role="region"
      aria-label="Chosen images"
      sx={{ position: 'sticky', top: 60, zIndex: 5, display: 'flex', flexWrap: 'wrap', gap: 2, alignItems: 'center', px: 3, py: 1.5, mb: 3, borderRadius: 1, border: 1, borderColor: 'primary.main', bgcolor: 'background.paper' }}
    >
      <Typography variant="body2" sx={{ fontWeight: 600 }} aria-live="polite">
        {plural(chosen, 'image')} chosen
      </Typography>
      {!isAll && chosen < fitting && <Button onClick={onAll}>Choose all {plural(fitting, 'image')}</Button>}
      <Button onClick={onClear}>Choose none</Button>
      <Box sx={{ flex: 1 }} />
      <PartMenu dataset={dataset} images={images} onDone={onClear} />
      <Button startIcon={<Label />} onClick={() => setAsking('tag')}>
        Tag…
      </Button>
      <Button color="error" startIcon={<DeleteOutline />} onClick={() => setAsking('delete')}>
        Delete…
      </Button>
      <ConfirmDialog
        open={asking === 'delete'}
        title={`Delete ${plural(chosen, 'image')}?`}
        confirm={`Delete ${plural(chosen, 'image')}`}
        onConfirm={async () => {
          const { deleted, queued } = await remove.mutateAsync(images)
          onClear()
          toast(queued > 0 ? `${plural(deleted, 'image')} deleted, ${plural(queued, 'more')} on the way.` : `${plural(deleted, 'image')} deleted.`)
        }}
        onClose={close}
      >
        The images go with their annotations and files. Versions that were made before keep what they have.
      </ConfirmDialog>
      {asking === 'tag' && <TagDialog dataset={dataset} images={images} number={chosen} onDone={onClear} onClose={close} />}
    </Box>
  )
}
