import Undo from '@mui/icons-material/UndoOutlined'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import LinearProgress from '@mui/material/LinearProgress'
import MuiLink from '@mui/material/Link'
import Typography from '@mui/material/Typography'
import { Link } from 'react-router'
import type { Dataset, Repair } from '@/api/types'
import { RelativeTime } from '@/components/ui/relative-time'
import { Section } from '@/components/ui/section'
import { paths } from '@/config/paths'
import { isWorking } from '@/features/datasets/api/doctor'

interface Props {
  dataset: Dataset
  repairs: Repair[]
  mayEdit: boolean
  onUndo: (repair: Repair) => void
}

function State({ repair }: { repair: Repair }) {
  if (isWorking(repair.state)) {
    return (
      <Box sx={{ maxWidth: 360, mt: 1 }}>
        <LinearProgress variant={repair.progress > 0 ? 'determinate' : 'indeterminate'} value={repair.progress * 100} aria-label={`${repair.title}: progress`} />
        <Typography variant="caption" sx={{ color: 'text.secondary' }}>
          {repair.message || (repair.undoing ? 'Is being undone' : 'Waiting for a worker')}
        </Typography>
      </Box>
    )
  }
  const isFailure = repair.state === 'failed' || repair.message.startsWith('It could not')
  return isFailure ? (
    <Typography variant="body2" sx={{ color: 'error.main' }}>
      {repair.state === 'failed' ? `Failed: ${repair.message}` : repair.message}
    </Typography>
  ) : null
}

/** Repairs of before, the newest first, each with its way back. */
export function RepairsHistory({ dataset, repairs, mayEdit, onUndo }: Props) {
  if (repairs.length === 0) return null
  return (
    <Section title="Repairs" flush>
      <Box component="ul" sx={{ listStyle: 'none', m: 0, p: 0 }}>
        {repairs.map((repair) => (
          <Box component="li" key={repair.id} sx={{ display: 'flex', gap: 3, px: 4, py: 3, borderTop: 1, borderColor: 'divider', flexWrap: 'wrap', alignItems: 'center' }}>
            <Box sx={{ flex: '1 1 260px', minWidth: 0 }}>
              <Typography variant="body2" sx={{ fontWeight: 600, textDecoration: repair.undone_at ? 'line-through' : 'none' }}>
                {repair.title}
              </Typography>
              {repair.state === 'succeeded' && <Typography variant="body2">{repair.summary}</Typography>}
              <State repair={repair} />
              <Typography variant="caption" sx={{ color: 'text.secondary' }}>
                <RelativeTime at={repair.created_at} />
                {repair.created_by ? ` by ${repair.created_by.username}` : ''}
                {repair.undone_at && (
                  <>
                    , undone <RelativeTime at={repair.undone_at} />
                    {repair.undone_by ? ` by ${repair.undone_by.username}` : ''}
                  </>
                )}
                {repair.before !== null && repair.after !== null && (
                  <>
                    {' · '}
                    <MuiLink component={Link} to={paths.dataset(dataset.project, dataset.id, 'versions')}>
                      version {repair.before} → {repair.after}
                    </MuiLink>
                  </>
                )}
              </Typography>
            </Box>
            {mayEdit && repair.can_undo && (
              <Button size="small" variant="outlined" startIcon={<Undo />} onClick={() => onUndo(repair)}>
                Undo
              </Button>
            )}
          </Box>
        ))}
      </Box>
    </Section>
  )
}
