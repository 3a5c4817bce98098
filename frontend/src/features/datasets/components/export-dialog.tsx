import FileDownload from '@mui/icons-material/FileDownloadOutlined'
import Button from '@mui/material/Button'
import Checkbox from '@mui/material/Checkbox'
import Dialog from '@mui/material/Dialog'
import DialogActions from '@mui/material/DialogActions'
import DialogContent from '@mui/material/DialogContent'
import DialogTitle from '@mui/material/DialogTitle'
import FormControlLabel from '@mui/material/FormControlLabel'
import Skeleton from '@mui/material/Skeleton'
import Typography from '@mui/material/Typography'
import { useQuery } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { ErrorState } from '@/components/ui/error-state'
import { exportUrl, formatsQuery, lossQuery, type Exported } from '@/features/datasets/api/formats'
import { FormatSelect } from '@/features/datasets/components/format-select'
import { LossList } from '@/features/datasets/components/loss-list'

interface Props {
  name: string
  of: Exported
  onClose: () => void
}

/** Chooses a format, tells what it cannot hold of this data, and downloads it. */
export function ExportDialog({ name, of, onClose }: Props) {
  const titleId = useId()
  const formats = useQuery(formatsQuery())
  const [key, setKey] = useState('coco')
  const [images, setImages] = useState(true)
  const losses = useQuery(lossQuery(of, key))
  const format = formats.data?.find((one) => one.key === key)
  const needsImages = key === 'folders'
  return (
    <Dialog open onClose={onClose} maxWidth="sm" fullWidth aria-labelledby={titleId}>
      <DialogTitle id={titleId}>Export {name}</DialogTitle>
      <DialogContent>
        <FormatSelect label="Format" value={key} onChange={setKey} />
        <Typography variant="body2" sx={{ color: 'text.secondary', mt: 2, minHeight: 40 }}>
          {format?.summary}
        </Typography>
        <FormControlLabel
          control={<Checkbox checked={images || needsImages} disabled={needsImages} onChange={(event) => setImages(event.target.checked)} />}
          label={needsImages ? 'With the images (they are the labels)' : 'With the images'}
        />
        <Typography variant="h5" component="h3" sx={{ mt: 4, mb: 1 }}>
          What is lost
        </Typography>
        {losses.isError ? (
          <ErrorState error={losses.error} onRetry={() => void losses.refetch()} what="loss report" />
        ) : losses.data ? (
          <LossList losses={losses.data.losses} nothing="Nothing is lost: the format can hold everything here." />
        ) : (
          <Skeleton variant="rounded" height={52} aria-label="The losses are being counted" />
        )}
      </DialogContent>
      <DialogActions sx={{ px: 6, pb: 4 }}>
        <Button onClick={onClose}>Close</Button>
        <Button component="a" href={exportUrl(of, key, images || needsImages)} download variant="contained" startIcon={<FileDownload />} onClick={onClose}>
          Download
        </Button>
      </DialogActions>
    </Dialog>
  )
}
