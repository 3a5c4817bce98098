import Hub from '@mui/icons-material/HubOutlined'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Skeleton from '@mui/material/Skeleton'
import { useQuery } from '@tanstack/react-query'
import { Link as RouterLink } from 'react-router'
import type { Dataset } from '@/api/types'
import { EmptyState } from '@/components/ui/empty-state'
import { ErrorState } from '@/components/ui/error-state'
import { Section } from '@/components/ui/section'
import { paths } from '@/config/paths'
import { cvatServersQuery, datasetCvatQuery } from '@/features/cvat/api/cvat'
import { ConnectForm } from '@/features/cvat/components/connect-form'
import { LinkCard } from '@/features/cvat/components/link-card'
import { TransferView } from '@/features/cvat/components/transfer-view'

/** A data set and CVAT: connect them, or see what came of it. */
export function DatasetCvatView({ dataset }: { dataset: Dataset }) {
  const found = useQuery(datasetCvatQuery(dataset.id))
  const servers = useQuery(cvatServersQuery(dataset.project))
  if (found.isError) return <ErrorState error={found.error} onRetry={() => void found.refetch()} what="link to CVAT" />
  if (servers.isError) return <ErrorState error={servers.error} onRetry={() => void servers.refetch()} what="CVAT servers" />
  if (!found.data || !servers.data) return <Skeleton variant="rounded" height={260} />
  const { link, current, history, can } = found.data
  const ended = history.filter((one) => one.id !== current?.id && one.finished_at !== null)
  return (
    <Box sx={{ display: 'grid', gap: 4, maxWidth: 980 }}>
      {link ? (
        <LinkCard dataset={dataset} cvat={found.data} link={link} />
      ) : servers.data.results.length === 0 ? (
        <EmptyState
          icon={Hub}
          title="Not linked to CVAT"
          action={
            <Button component={RouterLink} to={paths.settings(dataset.project, 'cvat')} variant="contained">
              CVAT servers of this project
            </Button>
          }
        >
          Annotate in CVAT and train on the annotations of the day: first, an admin of this project names the CVAT server in the settings.
        </EmptyState>
      ) : can.includes('create') ? (
        <ConnectForm dataset={dataset} servers={servers.data.results} />
      ) : (
        <EmptyState icon={Hub} title="Not linked to CVAT">
          {dataset.can.includes('edit') ? 'Nothing can be done with it now.' : 'An editor of this project can make a task in CVAT from this data set, or link one that is there.'}
        </EmptyState>
      )}
      {current && (
        <Section title="Going on">
          <TransferView transfer={current} />
        </Section>
      )}
      {ended.length > 0 && (
        <Section title="What was done">
          <Box sx={{ display: 'grid', gap: 4 }}>
            {ended.map((one, index) => (
              <Box key={one.id} sx={index > 0 ? { borderTop: 1, borderColor: 'divider', pt: 4 } : undefined}>
                <TransferView transfer={one} />
              </Box>
            ))}
          </Box>
        </Section>
      )}
    </Box>
  )
}
