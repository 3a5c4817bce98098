import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Typography from '@mui/material/Typography'
import { useState } from 'react'
import type { ImportReport, NamedReason } from '@/api/types'
import { FindingsList } from '@/components/ui/findings-list'
import { LossList } from '@/features/datasets/components/loss-list'
import { count, plural } from '@/lib/format'

const FIRST = 8

function Reasons({ title, rows, total }: { title: string; rows: NamedReason[]; total: number }) {
  const [all, setAll] = useState(false)
  if (rows.length === 0) return null
  return (
    <Box sx={{ mt: 4 }}>
      <Typography variant="h6" component="h4" sx={{ mb: 1 }}>
        {title} ({count(total)})
      </Typography>
      <Box component="ul" sx={{ m: 0, p: 0, listStyle: 'none', fontSize: 13, maxHeight: 320, overflow: 'auto' }}>
        {rows.slice(0, all ? undefined : FIRST).map((row, index) => (
          <Box component="li" key={`${row.name}-${index}`} sx={{ display: 'grid', gridTemplateColumns: { xs: '1fr', sm: 'minmax(120px, 280px) 1fr' }, gap: '0 16px', py: 1, borderTop: 1, borderColor: 'divider' }}>
            <Box component="code" sx={{ overflowWrap: 'anywhere', unicodeBidi: 'isolate' }}>
              {row.name}
            </Box>
            <Box component="span" sx={{ color: 'text.secondary', overflowWrap: 'anywhere', minWidth: 0 }}>
              {row.why}
            </Box>
          </Box>
        ))}
      </Box>
      {rows.length > FIRST && <Button onClick={() => setAll(!all)}>{all ? 'Show fewer' : `Show all ${count(rows.length)}`}</Button>}
      {total > rows.length && <Typography variant="caption">The report keeps the first {count(rows.length)}.</Typography>}
    </Box>
  )
}

/** What an import found: matched, not matched and why, findings. */
export function ImportReportView({ report }: { report: ImportReport }) {
  const figures: [string, number][] = [
    ['images', report.images],
    ['annotated', report.annotated],
    ['shapes', report.shapes],
    ['matched with an image', report.matched],
  ]
  const total = (key: 'unmatched_images' | 'unmatched_annotations' | 'skipped'): number => report.totals?.[key] ?? report[key].length
  return (
    <Box>
      <Box sx={{ display: 'flex', gap: 8, flexWrap: 'wrap' }}>
        {figures.map(([label, value]) => (
          <Box key={label}>
            <Typography sx={{ fontSize: 20, fontWeight: 650, fontVariantNumeric: 'tabular-nums' }}>{count(value ?? 0)}</Typography>
            <Typography variant="caption" sx={{ color: 'text.secondary' }}>
              {label}
            </Typography>
          </Box>
        ))}
      </Box>
      {report.findings.length > 0 && (
        <Box sx={{ mt: 4 }}>
          <Typography variant="h6" component="h4" sx={{ mb: 1 }}>
            {plural(report.findings.length, 'finding')}
          </Typography>
          <FindingsList findings={report.findings} />
        </Box>
      )}
      {report.losses.length > 0 && <LossList losses={report.losses} />}
      <Reasons title="Images without an annotation" rows={report.unmatched_images} total={total('unmatched_images')} />
      <Reasons title="Annotations without an image" rows={report.unmatched_annotations} total={total('unmatched_annotations')} />
      <Reasons title="Skipped" rows={report.skipped} total={total('skipped')} />
    </Box>
  )
}
