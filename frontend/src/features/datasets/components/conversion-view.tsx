import FileDownload from '@mui/icons-material/FileDownloadOutlined'
import Alert from '@mui/material/Alert'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import LinearProgress from '@mui/material/LinearProgress'
import Typography from '@mui/material/Typography'
import { useMutation, useQuery } from '@tanstack/react-query'
import type { Conversion } from '@/api/types'
import { ErrorState } from '@/components/ui/error-state'
import { FindingsList } from '@/components/ui/findings-list'
import { conversionQuery, formatsQuery, removeConversion, resultUrl } from '@/features/datasets/api/formats'
import { LossList } from '@/features/datasets/components/loss-list'
import { messageOf } from '@/lib/errors'
import { bytes, count, plural } from '@/lib/format'
import { toast } from '@/lib/toasts'

function Working({ conversion, onCancel }: { conversion?: Conversion; onCancel: () => void }) {
  const cancel = useMutation({ mutationFn: removeConversion, onSuccess: onCancel, onError: (error) => toast(messageOf(error), 'error') })
  const share = conversion?.state === 'running' ? conversion.progress * 100 : 0
  return (
    <Box role="status">
      <Typography sx={{ mb: 2 }}>{conversion?.state === 'running' ? `${conversion.name} is being converted.` : 'Waiting for a worker.'}</Typography>
      <LinearProgress variant={share > 0 ? 'determinate' : 'indeterminate'} value={share} aria-label="Progress of the conversion" />
      {conversion && (
        <Button loading={cancel.isPending} onClick={() => cancel.mutate(conversion.id)} sx={{ mt: 2, ml: -2 }}>
          Cancel
        </Button>
      )}
    </Box>
  )
}

function Report({ conversion }: { conversion: Conversion }) {
  const { report } = conversion
  const formats = useQuery(formatsQuery())
  const title = formats.data?.find((format) => format.key === report.source)?.title ?? report.source
  return (
    <>
      <Typography sx={{ color: 'text.secondary' }}>
        Read as {title}: {plural(report.images, 'image')} ({count(report.images_empty)} without objects, which are kept), {plural(report.shapes, 'object')},{' '}
        {plural(report.labels, 'class', 'classes')}.
      </Typography>
      <Typography variant="h4" component="h3" sx={{ mt: 6, mb: 2 }}>
        What was lost
      </Typography>
      <LossList losses={report.losses} nothing="Nothing was lost." />
      {report.skipped.length > 0 && (
        <Alert severity="info" sx={{ mt: 3 }}>
          {plural(report.skipped.length, 'file')} in the archive were not read: {report.skipped.slice(0, 3).map((file) => `${file.name} (${file.why})`).join('; ')}
          {report.skipped.length > 3 ? ' …' : '.'}
        </Alert>
      )}
    </>
  )
}

/** A conversion while it is done, and what came of it. */
export function ConversionView({ id, onCancel }: { id: number; onCancel: () => void }) {
  const query = useQuery(conversionQuery(id))
  const conversion = query.data
  if (query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} what="conversion" />
  if (!conversion || (conversion.state !== 'succeeded' && conversion.state !== 'failed')) return <Working conversion={conversion} onCancel={onCancel} />
  return (
    <Box>
      {conversion.state === 'failed' ? (
        <Alert severity="error">{conversion.message}</Alert>
      ) : (
        <>
          <Button component="a" href={resultUrl(id)} download variant="contained" startIcon={<FileDownload />} sx={{ mb: 4 }}>
            {conversion.result_name}, {bytes(conversion.result_size)}
          </Button>
          <Report conversion={conversion} />
        </>
      )}
      {conversion.report.findings.length > 0 && conversion.state === 'succeeded' && (
        <Box sx={{ mt: 6 }}>
          <Typography variant="h4" component="h3" sx={{ mb: 2 }}>
            {plural(conversion.report.findings_total, 'finding')}
          </Typography>
          <FindingsList findings={conversion.report.findings.slice(0, 100)} />
        </Box>
      )}
    </Box>
  )
}
