import Box from '@mui/material/Box'
import Typography from '@mui/material/Typography'
import type { Dataset } from '@/api/types'
import { CountBars } from '@/components/charts/count-bars'
import { Section } from '@/components/ui/section'
import { SERIES } from '@/config/theme'
import { FALLBACK_COLOR } from '@/features/datasets/components/shape-overlay'
import { bytes, count, percent } from '@/lib/format'

/** Class balance, kinds of shapes, and how much is annotated. */
export function DatasetStatistics({ dataset, onPickLabel }: { dataset: Dataset; onPickLabel: (label: string) => void }) {
  const share = dataset.image_count === 0 ? 0 : dataset.annotated_count / dataset.image_count
  const figures: [string, string][] = [
    ['images', count(dataset.image_count)],
    ['annotated', `${count(dataset.annotated_count)} (${percent(share)})`],
    ['annotations', count(dataset.shape_count)],
    ['classes', count(dataset.labels.length)],
    ['stored', bytes(dataset.total_bytes)],
  ]
  return (
    <Box sx={{ display: 'grid', gap: 4, gridTemplateColumns: { xs: 'minmax(0, 1fr)', lg: 'minmax(0, 2fr) minmax(0, 1fr)' } }}>
      <Box sx={{ display: 'flex', gap: 10, flexWrap: 'wrap', gridColumn: '1 / -1' }}>
        {figures.map(([label, value]) => (
          <Box key={label}>
            <Typography sx={{ fontSize: 20, fontWeight: 650, fontVariantNumeric: 'tabular-nums' }}>{value}</Typography>
            <Typography variant="caption" sx={{ color: 'text.secondary' }}>
              {label}
            </Typography>
          </Box>
        ))}
      </Box>
      <Section title="Annotations per class">
        {dataset.labels.length === 0 ? (
          <Typography sx={{ color: 'text.secondary' }}>No classes yet: they come with the annotations.</Typography>
        ) : (
          <CountBars
            label="Annotations per class"
            bars={dataset.labels.map((label) => ({ label: label.name, value: label.shape_count, color: label.color || FALLBACK_COLOR }))}
            onPick={onPickLabel}
          />
        )}
      </Section>
      <Section title="Kinds of annotation">
        {Object.keys(dataset.kind_counts).length === 0 ? (
          <Typography sx={{ color: 'text.secondary' }}>None yet.</Typography>
        ) : (
          <CountBars
            label="Kinds of annotation"
            bars={Object.entries(dataset.kind_counts).map(([kind, value], index) => ({ label: kind, value, color: SERIES[index % SERIES.length] ?? SERIES[0] }))}
          />
        )}
      </Section>
    </Box>
  )
}
