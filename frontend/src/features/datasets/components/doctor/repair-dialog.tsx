import ArrowForward from '@mui/icons-material/ArrowForwardOutlined'
import Alert from '@mui/material/Alert'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Dialog from '@mui/material/Dialog'
import DialogActions from '@mui/material/DialogActions'
import DialogContent from '@mui/material/DialogContent'
import DialogTitle from '@mui/material/DialogTitle'
import Skeleton from '@mui/material/Skeleton'
import Typography from '@mui/material/Typography'
import { useQuery } from '@tanstack/react-query'
import { useId, useState } from 'react'
import type { Dataset, FindingKind, Repair, RepairExample, RepairRequest } from '@/api/types'
import { repairPreviewQuery, useRepair } from '@/features/datasets/api/doctor'
import { RepairOptions } from '@/features/datasets/components/doctor/repair-options'
import { ShapePicture } from '@/features/datasets/components/doctor/shape-picture'
import { messageOf } from '@/lib/errors'

interface Props {
  dataset: Dataset
  kind: FindingKind
  repair: string
  findings: number[] | undefined
  colors: ReadonlyMap<string, string>
  onStarted: (repair: Repair) => void
  onClose: () => void
}

function Before({ example, colors }: { example: RepairExample; colors: ReadonlyMap<string, string> }) {
  const { image, before, after } = example
  if (after === null) {
    return (
      <Box component="figure" sx={{ m: 0, minWidth: 0 }}>
        <Box sx={{ opacity: 0.65 }}>
          <ShapePicture image={image} shapes={[]} colors={colors} alt={image.name} />
        </Box>
        <Typography component="figcaption" variant="caption" noWrap sx={{ display: 'block' }} title={image.name}>
          {image.name} goes
        </Typography>
      </Box>
    )
  }
  return (
    <Box component="figure" sx={{ m: 0, minWidth: 0, gridColumn: { sm: 'span 2' } }}>
      <Box sx={{ display: 'grid', gridTemplateColumns: '1fr 20px 1fr', alignItems: 'center', gap: 1 }}>
        <ShapePicture image={image} shapes={before} within={after} colors={colors} alt={`${image.name} before`} />
        <ArrowForward fontSize="small" aria-hidden />
        <ShapePicture image={image} shapes={after} within={before} colors={colors} alt={`${image.name} after`} />
      </Box>
      <Typography component="figcaption" variant="caption" noWrap sx={{ display: 'block' }} title={image.name}>
        {image.name}
      </Typography>
    </Box>
  )
}

/** What a repair will change, as figures and pictures, before it is done. */
export function RepairDialog({ dataset, kind, repair, findings, colors, onStarted, onClose }: Props) {
  const [options, setOptions] = useState<NonNullable<RepairRequest['options']>>({})
  const remedy = kind.repairs.find((one) => one.code === repair)
  const body: RepairRequest = { finding: kind.code, repair, findings, options }
  const preview = useQuery(repairPreviewQuery(dataset.id, body))
  const send = useRepair(dataset.id)
  const titleId = useId()
  const error = send.error ?? preview.error
  const nothing = preview.data?.images === 0 && Object.keys(preview.data.numbers).length === 0
  // Turning changes no shape, so before and after would look the same.
  const pictures = preview.data?.examples.filter((example) => example.after === null || example.before.length + example.after.length > 0) ?? []
  return (
    <Dialog open onClose={send.isPending ? undefined : onClose} maxWidth="md" fullWidth aria-labelledby={titleId}>
      <DialogTitle id={titleId}>
        {remedy?.title ?? repair}: {kind.title.toLowerCase()}
      </DialogTitle>
      <DialogContent>
        <Typography sx={{ color: 'text.secondary', mb: 3 }}>{remedy?.explanation}</Typography>
        <RepairOptions dataset={dataset} kind={kind} repair={repair} options={options} onChange={setOptions} />
        {error && (
          <Alert severity="error" sx={{ mb: 3 }}>
            {messageOf(error)}
          </Alert>
        )}
        {preview.isPending && <Skeleton variant="rounded" height={160} />}
        {preview.data && (
          <>
            <Typography sx={{ fontWeight: 600, mb: 1 }}>{nothing ? 'There is nothing left to change.' : preview.data.summary}</Typography>
            {preview.data.notes.map((note) => (
              <Alert key={note} severity="info" sx={{ mb: 2 }}>
                {note}
              </Alert>
            ))}
            <Box sx={{ display: 'grid', gap: 3, mt: 3, gridTemplateColumns: { xs: '1fr', sm: 'repeat(4, minmax(0, 1fr))' } }}>
              {pictures.map((example) => (
                <Before key={example.image.id} example={example} colors={colors} />
              ))}
            </Box>
            <Typography variant="body2" sx={{ color: 'text.secondary', mt: 4 }}>
              Makes a version before and one after it; it can be undone.
            </Typography>
          </>
        )}
      </DialogContent>
      <DialogActions sx={{ px: 6, pb: 4 }}>
        <Button onClick={onClose} disabled={send.isPending}>
          Cancel
        </Button>
        <Button
          variant="contained"
          loading={send.isPending}
          disabled={!preview.data || nothing}
          onClick={() => send.mutate(body, { onSuccess: onStarted })}
        >
          {remedy?.title ?? 'Repair'}
        </Button>
      </DialogActions>
    </Dialog>
  )
}
