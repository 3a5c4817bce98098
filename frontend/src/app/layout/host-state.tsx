import Memory from '@mui/icons-material/MemoryOutlined'
import Button from '@mui/material/Button'
import Tooltip from '@mui/material/Tooltip'
import Box from '@mui/material/Box'
import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import { paths } from '@/config/paths'
import { hostsQuery } from '@/features/executions/api/executions'
import { bytes } from '@/lib/format'

/** The queue and the machine's room at a glance; leads to the hosts. */
export function HostState({ project }: { project: number }) {
  const hosts = useQuery(hostsQuery)
  const [first] = hosts.data ?? []
  if (!first) return null
  const all = hosts.data ?? []
  const gpus = all.reduce((sum, host) => sum + host.devices.length, 0)
  const freeGpus = all.reduce((sum, host) => sum + host.free.gpus, 0)
  const { waiting, running } = first.queue
  const cpus = all.map((host) => `${host.name}: ${host.free.cpus} of ${host.cpus} CPUs and ${bytes(host.free.memory_bytes)} free`).join('; ')
  return (
    <Tooltip title={cpus}>
      <Button component={Link} to={paths.settings(project, 'hosts')} color="inherit" startIcon={<Memory />} sx={{ color: 'text.secondary', whiteSpace: 'nowrap', minWidth: 0 }}>
        <Box component="span" sx={{ display: { xs: 'none', sm: 'inline' } }}>
          {running} running, {waiting} waiting
          {gpus > 0 && ` · ${freeGpus} of ${gpus} ${gpus === 1 ? 'GPU' : 'GPUs'} free`}
        </Box>
        <Box component="span" sx={{ display: { sm: 'none' } }} aria-label={`${running} running, ${waiting} waiting`}>
          {running} · {waiting}
        </Box>
      </Button>
    </Tooltip>
  )
}
