import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Card from '@mui/material/Card'
import Typography from '@mui/material/Typography'
import { Link } from 'react-router'
import type { Dataset, FindingKind } from '@/api/types'
import { paths } from '@/config/paths'
import { FindingActions } from '@/features/datasets/components/doctor/finding-actions'
import { isPair } from '@/features/datasets/components/doctor/finding-pair'
import { FindingPicture } from '@/features/datasets/components/doctor/finding-picture'
import { SeverityChip } from '@/features/datasets/components/doctor/severity'
import { count } from '@/lib/format'

interface Props {
  dataset: Dataset
  kind: FindingKind
  colors: ReadonlyMap<string, string>
  mayEdit: boolean
  onRepair: (repair: string) => void
}

/** A kind of finding: how many, what it is, a few of them as pictures, and what can be done. */
export function FindingCard({ dataset, kind, colors, mayEdit, onRepair }: Props) {
  const here = paths.dataset(dataset.project, dataset.id, 'findings')
  const gallery = paths.dataset(dataset.project, dataset.id)
  const examples = kind.examples.filter((finding) => !finding.intended)
  const isAboutImages = examples.some((finding) => finding.image !== null)
  const isDrawn = isAboutImages || examples.some((finding) => finding.classes.length > 0)
  const tile = examples.some(isPair) ? 420 : 220
  return (
    <Card component="section" aria-label={kind.title} sx={{ p: 4, minWidth: 0 }}>
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 3, flexWrap: 'wrap', mb: 1 }}>
        <Typography variant="h3" component="h2">
          {kind.title}
        </Typography>
        <Typography component="span" sx={{ fontVariantNumeric: 'tabular-nums', fontWeight: 650 }}>
          {count(kind.count)}
        </Typography>
        <SeverityChip severity={kind.severity} />
      </Box>
      <Typography variant="body2" sx={{ color: 'text.secondary', maxWidth: 860 }}>
        {kind.explanation} <Box component="span" sx={{ color: 'text.primary' }}>{kind.advice}</Box>
      </Typography>
      <Box sx={{ display: 'grid', gap: 3, my: 4, gridTemplateColumns: isDrawn ? `repeat(auto-fill, minmax(min(${tile}px, 100%), 1fr))` : '1fr' }}>
        {examples.map((finding) => (
          <FindingPicture key={finding.id} dataset={dataset} finding={finding} colors={colors} />
        ))}
      </Box>
      <Box sx={{ display: 'flex', gap: 2, flexWrap: 'wrap', alignItems: 'center' }}>
        {mayEdit && <FindingActions dataset={dataset.id} kind={kind} onRepair={onRepair} />}
        <Box sx={{ flex: 1 }} />
        {isAboutImages && (
          <Button size="small" component={Link} to={`${gallery}?finding=${encodeURIComponent(kind.code)}`}>
            Show in the gallery
          </Button>
        )}
        <Button size="small" component={Link} to={`${here}?kind=${encodeURIComponent(kind.code)}`}>
          {kind.count > examples.length ? `See all ${count(kind.count)}` : mayEdit ? 'Choose some' : 'Look at them'}
        </Button>
      </Box>
      {kind.intended > 0 && (
        <Typography variant="caption" sx={{ color: 'text.secondary', display: 'block', mt: 2 }}>
          {count(kind.intended)} more are marked as intended.
        </Typography>
      )}
    </Card>
  )
}
