import Box from '@mui/material/Box'
import Typography from '@mui/material/Typography'
import type { CvatReport } from '@/api/types'
import { FindingsList } from '@/components/ui/findings-list'
import { count, plural } from '@/lib/format'

function Names({ title, names, total }: { title: string; names: string[] | undefined; total: number | undefined }) {
  if (!names?.length || !total) return null
  return (
    <Box sx={{ mt: 3 }}>
      <Typography variant="h6" component="h4" sx={{ mb: 1 }}>
        {title} ({count(total)})
      </Typography>
      <Box component="ul" sx={{ m: 0, p: 0, listStyle: 'none', fontSize: 13, display: 'flex', gap: '4px 16px', flexWrap: 'wrap' }}>
        {names.map((name) => (
          <Box component="li" key={name} sx={{ overflowWrap: 'anywhere' }}>
            <code>{name}</code>
          </Box>
        ))}
        {total > names.length && <li>… and {count(total - names.length)} more</li>}
      </Box>
    </Box>
  )
}

/** How the images match, and (of a pull) what changed. */
export function TransferReport({ report }: { report: CvatReport }) {
  const figures: [string, number | undefined][] = [
    ['images match', report.matched],
    ['with new annotations', report.changed],
    ['the same', report.unchanged],
    ['annotations', report.shapes],
    ['only here', report.only_here],
    ['only in CVAT', report.only_there],
  ]
  const findings = report.findings ?? []
  return (
    <Box sx={{ mt: 3 }}>
      <Box sx={{ display: 'flex', gap: '12px 32px', flexWrap: 'wrap' }}>
        {figures
          .filter((figure): figure is [string, number] => figure[1] !== undefined)
          .map(([label, value]) => (
            <Box key={label}>
              <Typography sx={{ fontSize: 20, fontWeight: 650, fontVariantNumeric: 'tabular-nums' }}>{count(value)}</Typography>
              <Typography variant="caption" sx={{ color: 'text.secondary' }}>
                {label}
              </Typography>
            </Box>
          ))}
      </Box>
      {Boolean(report.labels_added?.length) && (
        <Typography variant="body2" sx={{ mt: 3 }}>
          New classes: {report.labels_added?.join(', ')}
        </Typography>
      )}
      <Names title="Images that are not in CVAT" names={report.examples?.only_here} total={report.only_here} />
      <Names title="Images in CVAT that are not here" names={report.examples?.only_there} total={report.only_there} />
      {findings.length > 0 && (
        <Box sx={{ mt: 3 }}>
          <Typography variant="h6" component="h4" sx={{ mb: 1 }}>
            {plural(findings.length, 'finding')}
          </Typography>
          <FindingsList findings={findings} />
        </Box>
      )}
    </Box>
  )
}
