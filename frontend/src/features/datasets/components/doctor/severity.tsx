import ErrorIcon from '@mui/icons-material/ErrorOutlineOutlined'
import Info from '@mui/icons-material/InfoOutlined'
import Warning from '@mui/icons-material/WarningAmberOutlined'
import type { Severity } from '@/api/types'
import { ToneChip } from '@/components/ui/state-chip'

const WORDS = {
  error: { label: 'Error', icon: ErrorIcon, tone: 'error' },
  warning: { label: 'Warning', icon: Warning, tone: 'warning' },
  info: { label: 'To know', icon: Info, tone: 'info' },
} as const

export function SeverityChip({ severity }: { severity: Severity }) {
  const { label, icon, tone } = WORDS[severity]
  return <ToneChip tone={tone} label={label} icon={icon} />
}
