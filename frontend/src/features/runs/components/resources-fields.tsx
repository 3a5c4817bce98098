import Box from '@mui/material/Box'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import type { Host, Resources, RunDefaults } from '@/api/types'
import { bytes, plural } from '@/lib/format'

const GIB = 1024 ** 3
const MINUTE = 60

interface Field {
  key: keyof Resources
  label: string
  unit: number
  step: number
  min: number
  optional?: boolean
}
const FIELDS: Field[] = [
  { key: 'cpus', label: 'CPUs', unit: 1, step: 1, min: 0.5 },
  { key: 'gpus', label: 'GPUs', unit: 1, step: 1, min: 0 },
  { key: 'memory_bytes', label: 'Memory (GiB)', unit: GIB, step: 1, min: 0.25 },
  { key: 'shared_memory_bytes', label: 'Shared memory (GiB)', unit: GIB, step: 0.5, min: 0 },
  { key: 'time_limit_seconds', label: 'Time limit (minutes, empty for none)', unit: MINUTE, step: 10, min: 1, optional: true },
]

function help(field: Field, defaults: RunDefaults | undefined, host: Host | undefined): string {
  const max = defaults?.maximum?.[field.key]
  const free = host && (field.key === 'cpus' ? host.free.cpus : field.key === 'gpus' ? host.free.gpus : field.key === 'memory_bytes' ? host.free.memory_bytes / GIB : null)
  const parts = []
  if (free !== null && free !== undefined) parts.push(`${Number(free.toFixed(1))} free`)
  if (max !== null && max !== undefined) parts.push(`max ${Number((max / field.unit).toFixed(1))}`)
  return parts.join(', ')
}

/** Whether the host could take it at once, and if not, where it would stand. */
export function queueForecast(resources: Resources, hosts: Host[] | undefined): string {
  const [host] = hosts ?? []
  if (!host) return 'No host has reported yet; the run would wait for one.'
  const fits = resources.cpus <= host.free.cpus && resources.memory_bytes <= host.free.memory_bytes && resources.gpus <= host.free.gpus
  if (fits && host.queue.waiting === 0) return 'Would start at once.'
  return `Would wait at place ${host.queue.waiting + 1} of the queue${fits ? '' : `: ${bytes(host.free.memory_bytes)}, ${plural(Number(host.free.cpus.toFixed(1)), 'CPU')} and ${plural(host.free.gpus, 'GPU')} are free`}.`
}

interface Props {
  value: Resources
  onChange: (value: Resources) => void
  defaults: RunDefaults | undefined
  host: Host | undefined
  errors: ReadonlyMap<string, string>
}

/** What a run may use, with what is free now. */
export function ResourcesFields({ value, onChange, defaults, host, errors }: Props) {
  return (
    <Box sx={{ display: 'grid', gap: 3, gridTemplateColumns: '1fr 1fr' }}>
      {FIELDS.map((field) => {
        const now = value[field.key]
        const error = errors.get(field.key)
        return (
          <TextField
            key={field.key}
            type="number"
            label={field.label}
            value={now === null ? '' : Number((now / field.unit).toFixed(3))}
            onChange={(event) => {
              const text = event.target.value
              if (text === '' && !field.optional) return
              onChange({ ...value, [field.key]: text === '' ? null : field.unit === 1 ? Number(text) : Math.round(Number(text) * field.unit) })
            }}
            error={error !== undefined}
            helperText={error ?? help(field, defaults, host)}
            slotProps={{ htmlInput: { min: field.min, step: field.step } }}
            sx={{ gridColumn: field.optional ? '1 / -1' : undefined }}
          />
        )
      })}
      {value.gpus === 0 && host && host.devices.length > 0 && (
        <Typography variant="caption" sx={{ gridColumn: '1 / -1', color: 'text.secondary' }}>
          Without a GPU the training runs on CPUs.
        </Typography>
      )}
    </Box>
  )
}
