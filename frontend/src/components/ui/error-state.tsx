import CloudOff from '@mui/icons-material/CloudOffOutlined'
import Refresh from '@mui/icons-material/RefreshOutlined'
import SearchOff from '@mui/icons-material/SearchOffOutlined'
import Button from '@mui/material/Button'
import { Link } from 'react-router'
import { EmptyState } from '@/components/ui/empty-state'
import { isNotFound, messageOf } from '@/lib/errors'

interface Props {
  error: unknown
  onRetry?: () => void
  /** What was asked for, as in "data set". */
  what?: string
  /** Where to go on when it is not here. */
  back?: { label: string; href: string }
}

const isPlural = (word: string): boolean => /[^s]s$/.test(word)

/** What happened, why, and what to do now. */
export function ErrorState({ error, onRetry, what = 'page', back }: Props) {
  if (isNotFound(error)) {
    return (
      <EmptyState
        icon={SearchOff}
        title={isPlural(what) ? `These ${what} are not here` : `This ${what} is not here`}
        action={
          back && (
            <Button variant="outlined" component={Link} to={back.href}>
              {back.label}
            </Button>
          )
        }
      >
        It was deleted, the address is wrong, or it belongs to a project you are not a member of.
      </EmptyState>
    )
  }
  return (
    <EmptyState
      icon={CloudOff}
      title={`The ${what} could not be loaded`}
      action={
        onRetry && (
          <Button variant="outlined" startIcon={<Refresh />} onClick={onRetry}>
            Try again
          </Button>
        )
      }
    >
      <span role="alert">{messageOf(error)}</span>
    </EmptyState>
  )
}
