import SwapHoriz from '@mui/icons-material/SwapHorizOutlined'
import Box from '@mui/material/Box'
import Paper from '@mui/material/Paper'
import Typography from '@mui/material/Typography'
import { useSearchParams } from 'react-router'
import { useProjectId } from '@/app/use-project'
import { EmptyState } from '@/components/ui/empty-state'
import { PageHeader } from '@/components/ui/page-header'
import { paths } from '@/config/paths'
import { ConversionView } from '@/features/datasets/components/conversion-view'
import { ConvertForm } from '@/features/datasets/components/convert-form'

/** One label file in, another out, without a data set. */
export function Component() {
  const project = useProjectId()
  const [params, setParams] = useSearchParams()
  const id = Number(params.get('conversion')) || null
  return (
    <>
      <PageHeader
        title="Convert labels"
        crumbs={[{ label: 'Data sets', href: paths.datasets(project) }]}
        description="One label file in, another out. Nothing is added to a data set; the file and its result are kept for a day."
      />
      <Box sx={{ display: 'grid', gridTemplateColumns: { xs: '1fr', lg: 'minmax(0, 5fr) minmax(0, 6fr)' }, gap: 6, alignItems: 'start' }}>
        <Paper variant="outlined" sx={{ p: { xs: 4, sm: 6 } }}>
          <Typography variant="h3" component="h2" sx={{ mb: 4 }}>
            The file
          </Typography>
          <ConvertForm onStarted={(conversion) => setParams({ conversion: String(conversion.id) })} />
        </Paper>
        <Paper variant="outlined" sx={{ p: { xs: 4, sm: 6 }, minWidth: 0 }}>
          <Typography variant="h3" component="h2" sx={{ mb: 4 }}>
            The result
          </Typography>
          {id === null ? (
            <EmptyState icon={SwapHoriz} title="Nothing yet">
              The converted file is offered here, with a report of what the new format cannot hold.
            </EmptyState>
          ) : (
            <ConversionView key={id} id={id} onCancel={() => setParams({}, { replace: true })} />
          )}
        </Paper>
      </Box>
    </>
  )
}
