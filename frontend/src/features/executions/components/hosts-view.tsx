import Alert from '@mui/material/Alert'
import Dns from '@mui/icons-material/DnsOutlined'
import Box from '@mui/material/Box'
import Card from '@mui/material/Card'
import Chip from '@mui/material/Chip'
import LinearProgress from '@mui/material/LinearProgress'
import Skeleton from '@mui/material/Skeleton'
import Typography from '@mui/material/Typography'
import { useQuery } from '@tanstack/react-query'
import type { Host } from '@/api/types'
import { EmptyState } from '@/components/ui/empty-state'
import { ErrorState } from '@/components/ui/error-state'
import { RelativeTime } from '@/components/ui/relative-time'
import { ToneChip } from '@/components/ui/state-chip'
import { hostsQuery } from '@/features/executions/api/executions'
import { bytes } from '@/lib/format'

function Room({ label, free, total, show }: { label: string; free: number; total: number; show: (value: number) => string }) {
  const used = total === 0 ? 0 : ((total - free) / total) * 100
  return (
    <Box>
      <Box sx={{ display: 'flex', justifyContent: 'space-between', fontSize: 13, mb: 1 }}>
        <span>{label}</span>
        <Box component="span" sx={{ color: 'text.secondary' }}>
          {show(free)} of {show(total)} free
        </Box>
      </Box>
      <LinearProgress variant="determinate" aria-label={`${label} in use`} value={Math.min(100, Math.max(0, used))} color={used > 90 ? 'secondary' : 'primary'} />
    </Box>
  )
}

function HostCard({ host }: { host: Host }) {
  return (
    <Card component="article" aria-label={host.name} sx={{ p: 4, display: 'grid', gap: 4 }}>
      <Box sx={{ display: 'flex', gap: 3, alignItems: 'center', flexWrap: 'wrap' }}>
        <Typography variant="h3" component="h2">
          {host.name}
        </Typography>
        <Chip variant="outlined" label={`launcher: ${host.launcher}`} />
        <Box sx={{ flex: 1 }} />
        <Typography variant="caption" sx={{ color: 'text.secondary' }}>
          seen <RelativeTime at={host.seen_at} />
        </Typography>
      </Box>
      {host.launcher_reason && (
        <Typography variant="body2" sx={{ color: 'text.secondary' }}>
          {host.launcher_reason}
        </Typography>
      )}
      {host.not_enforced.length > 0 && (
        <Alert severity="warning" variant="outlined">
          On this host nothing limits its runs in: {host.not_enforced.map((limit) => limit.replaceAll('_', ' ')).join(', ')}.
        </Alert>
      )}
      <Box sx={{ display: 'grid', gap: 4, gridTemplateColumns: 'repeat(auto-fit, minmax(220px, 1fr))' }}>
        <Room label="CPUs" free={host.free.cpus} total={host.cpus} show={(value) => String(Number(value.toFixed(1)))} />
        <Room label="Memory" free={host.free.memory_bytes} total={host.memory_bytes} show={bytes} />
      </Box>
      <Box>
        <Typography variant="h4" component="h3" sx={{ mb: 2 }}>
          GPUs
        </Typography>
        {host.devices.length === 0 ? (
          <Typography variant="body2" sx={{ color: 'text.secondary' }}>
            None found. Trainings run on the CPU.
          </Typography>
        ) : (
          <Box component="ul" sx={{ listStyle: 'none', m: 0, p: 0, display: 'grid', gap: 2 }}>
            {host.devices.map((device) => (
              <Box component="li" key={device.index} sx={{ display: 'flex', gap: 3, alignItems: 'center', fontSize: 13 }}>
                <Box component="span" sx={{ color: 'text.secondary' }}>
                  {device.index}
                </Box>
                {device.name}, {bytes(device.memory_bytes)}
                <ToneChip tone={device.in_use ? 'primary' : 'success'} label={device.in_use ? 'In use' : 'Free'} />
              </Box>
            ))}
          </Box>
        )}
      </Box>
    </Card>
  )
}

/** The machines trainings run on, and what of them is free. */
export function HostsView() {
  const hosts = useQuery(hostsQuery)
  if (hosts.isError) return <ErrorState error={hosts.error} onRetry={() => void hosts.refetch()} what="hosts" />
  if (!hosts.data) return <Skeleton variant="rounded" height={220} />
  if (hosts.data.length === 0) {
    return (
      <EmptyState icon={Dns} title="No host has reported yet">
        The supervisor announces its machine when it starts. Is <code>manage.py supervise</code> running?
      </EmptyState>
    )
  }
  return (
    <Box sx={{ display: 'grid', gap: 4, maxWidth: 860 }}>
      {hosts.data.map((host) => (
        <HostCard key={host.name} host={host} />
      ))}
    </Box>
  )
}
