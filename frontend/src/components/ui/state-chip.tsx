import CheckCircle from '@mui/icons-material/CheckCircleOutlined'
import ErrorIcon from '@mui/icons-material/ErrorOutlineOutlined'
import HelpIcon from '@mui/icons-material/HelpOutlineOutlined'
import Hourglass from '@mui/icons-material/HourglassEmptyOutlined'
import Inbox from '@mui/icons-material/MoveToInboxOutlined'
import PlayCircle from '@mui/icons-material/PlayCircleOutlined'
import Construction from '@mui/icons-material/ConstructionOutlined'
import RocketLaunch from '@mui/icons-material/RocketLaunchOutlined'
import Schedule from '@mui/icons-material/ScheduleOutlined'
import StopCircle from '@mui/icons-material/StopCircleOutlined'
import PauseCircle from '@mui/icons-material/PauseCircleOutlined'
import Circle from '@mui/icons-material/CircleOutlined'
import BlockIcon from '@mui/icons-material/BlockOutlined'
import UploadIcon from '@mui/icons-material/UploadOutlined'
import type { IconType } from '@/components/ui/icon-type'
import Chip from '@mui/material/Chip'
import type { ImageState, ImportState, RunState } from '@/api/types'
import { STATES, type Tone } from '@/config/states'

const RUN_ICONS: Record<RunState, IconType> = {
  queued: Schedule,
  building: Construction,
  waiting: Hourglass,
  starting: RocketLaunch,
  running: PlayCircle,
  stopping: PauseCircle,
  collecting: Inbox,
  succeeded: CheckCircle,
  failed: ErrorIcon,
  stopped: StopCircle,
  lost: HelpIcon,
}

const color = (tone: Tone): string =>
  tone === 'neutral' ? 'var(--mui-palette-text-secondary)' : `var(--mui-palette-${tone}-main)`

interface ToneChipProps {
  tone: Tone
  label: string
  icon?: IconType
}

/** A word with its colour and icon; never colour alone. */
export function ToneChip({ tone, label, icon: Icon = Circle }: ToneChipProps) {
  const main = color(tone)
  return (
    <Chip
      icon={<Icon />}
      label={label}
      sx={{
        color: main,
        backgroundColor: `color-mix(in srgb, ${main} 9%, transparent)`,
        '& .MuiChip-icon': { color: 'inherit', fontSize: 16, ml: '6px' },
        '& .MuiChip-label': { pl: '6px' },
      }}
    />
  )
}

export function StateChip({ state }: { state: RunState }) {
  const words = STATES[state] ?? { label: state, tone: 'neutral' as const }
  return <ToneChip tone={words.tone} label={words.label} icon={RUN_ICONS[state] ?? Circle} />
}

const IMAGE_WORDS: Record<ImageState, [string, Tone, IconType]> = {
  none: ['Not built yet', 'neutral', Circle],
  building: ['Building', 'info', Construction],
  ready: ['Image ready', 'success', CheckCircle],
  failed: ['Build failed', 'error', ErrorIcon],
}

export function ImageStateChip({ state }: { state: ImageState }) {
  const [label, tone, icon] = IMAGE_WORDS[state] ?? IMAGE_WORDS.none
  return <ToneChip tone={tone} label={label} icon={icon} />
}

const IMPORT_WORDS: Record<ImportState, [string, Tone, IconType]> = {
  uploading: ['Uploading', 'info', UploadIcon],
  asking: ['Waits for your answer', 'warning', HelpIcon],
  queued: ['Queued', 'neutral', Schedule],
  running: ['Importing', 'primary', PlayCircle],
  succeeded: ['Imported', 'success', CheckCircle],
  failed: ['Failed', 'error', ErrorIcon],
  cancelled: ['Cancelled', 'neutral', BlockIcon],
}

export function ImportStateChip({ state }: { state: ImportState }) {
  const [label, tone, icon] = IMPORT_WORDS[state] ?? [state, 'neutral', Circle]
  return <ToneChip tone={tone} label={label} icon={icon} />
}
