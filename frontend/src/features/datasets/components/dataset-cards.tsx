import Image from '@mui/icons-material/ImageOutlined'
import Box from '@mui/material/Box'
import Card from '@mui/material/Card'
import Chip from '@mui/material/Chip'
import Link from '@mui/material/Link'
import Skeleton from '@mui/material/Skeleton'
import Typography from '@mui/material/Typography'
import { Link as RouterLink } from 'react-router'
import type { Dataset } from '@/api/types'
import { Picture } from '@/components/ui/picture'
import { RelativeTime } from '@/components/ui/relative-time'
import { ImportStateChip } from '@/components/ui/state-chip'
import { paths } from '@/config/paths'
import { FALLBACK_COLOR } from '@/features/datasets/components/shape-overlay'
import { bytes, plural } from '@/lib/format'

const GRID = { display: 'grid', gap: 4, gridTemplateColumns: 'repeat(auto-fill, minmax(min(300px, 100%), 1fr))' }
const LABELS_SHOWN = 4

function Thumbnails({ urls }: { urls: string[] }) {
  if (urls.length === 0) {
    return (
      <Box sx={{ height: 132, display: 'grid', placeItems: 'center', bgcolor: 'action.hover', color: 'text.disabled' }}>
        <Image fontSize="large" />
      </Box>
    )
  }
  return (
    <Box sx={{ height: 132, display: 'grid', gridTemplateColumns: `repeat(${Math.min(4, urls.length)}, minmax(0, 1fr))`, gap: '2px', bgcolor: 'divider' }}>
      {urls.slice(0, 4).map((url) => (
        <Picture key={url} src={url} alt="" loading="lazy" style={{ width: '100%', height: 132, objectFit: 'cover' }} />
      ))}
    </Box>
  )
}

function DatasetCard({ dataset, project }: { dataset: Dataset; project: number }) {
  const more = dataset.labels.length - LABELS_SHOWN
  return (
    <Card component="li" sx={{ position: 'relative', display: 'flex', flexDirection: 'column', '&:hover': { borderColor: 'primary.main' } }}>
      <Thumbnails urls={dataset.thumbnails} />
      <Box sx={{ p: 4, flex: 1, display: 'flex', flexDirection: 'column', gap: 2 }}>
        <Box sx={{ display: 'flex', justifyContent: 'space-between', gap: 2, alignItems: 'start' }}>
          <Link
            component={RouterLink}
            to={paths.dataset(project, dataset.id)}
            color="text.primary"
            underline="hover"
            sx={{ fontWeight: 650, fontSize: 16, overflowWrap: 'anywhere', '&::after': { content: '""', position: 'absolute', inset: 0 } }}
          >
            {dataset.name}
          </Link>
          {dataset.active_import ? <ImportStateChip state={dataset.active_import.state} /> : dataset.latest_version && <Chip variant="outlined" label={`v${dataset.latest_version.number}`} />}
        </Box>
        <Typography variant="body2" sx={{ color: 'text.secondary' }}>
          {plural(dataset.image_count, 'image')}, {dataset.annotated_count === dataset.image_count && dataset.image_count > 0 ? 'all annotated' : `${dataset.annotated_count} annotated`} · {bytes(dataset.total_bytes)}
        </Typography>
        <Box sx={{ display: 'flex', gap: '4px 12px', flexWrap: 'wrap', fontSize: 12, color: 'text.secondary' }}>
          {dataset.labels.slice(0, LABELS_SHOWN).map((label) => (
            <Box key={label.id} component="span" sx={{ display: 'inline-flex', alignItems: 'center', gap: 1.5 }}>
              <Box component="span" aria-hidden style={{ background: label.color || FALLBACK_COLOR }} sx={{ width: 8, height: 8, borderRadius: '2px' }} />
              {label.name}
            </Box>
          ))}
          {more > 0 && <span>and {plural(more, 'more class', 'more classes')}</span>}
        </Box>
        <Typography variant="caption" sx={{ color: 'text.secondary', mt: 'auto', pt: 1 }}>
          Changed <RelativeTime at={dataset.updated_at} />
          {dataset.created_by && ` · ${dataset.created_by.username}`}
        </Typography>
      </Box>
    </Card>
  )
}

/** Data sets as cards: pictures first. */
export function DatasetCards({ datasets, project, dimmed }: { datasets: Dataset[] | undefined; project: number; dimmed: boolean }) {
  return (
    <Box component="ul" aria-label="Data sets" aria-busy={datasets === undefined} sx={{ ...GRID, listStyle: 'none', m: 0, p: 0, opacity: dimmed ? 0.6 : 1 }}>
      {datasets === undefined
        ? [1, 2, 3, 4, 5, 6].map((one) => <Skeleton key={one} component="li" variant="rounded" height={272} />)
        : datasets.map((dataset) => <DatasetCard key={dataset.id} dataset={dataset} project={project} />)}
    </Box>
  )
}
