import ErrorIcon from '@mui/icons-material/ErrorOutlineOutlined'
import Info from '@mui/icons-material/InfoOutlined'
import Warning from '@mui/icons-material/WarningAmberOutlined'
import Box from '@mui/material/Box'
import Typography from '@mui/material/Typography'
import type { Finding, Severity } from '@/api/types'
import { plural } from '@/lib/format'

const ICONS = { error: ErrorIcon, warning: Warning, info: Info } as const
const ORDER: Severity[] = ['error', 'warning', 'info']
const WORD: Record<Severity, string> = { error: 'error', warning: 'warning', info: 'note' }

/** `custom.json:3:12`, as far as it is known. */
function place(finding: Finding): string {
  return [finding.file, finding.line, finding.column].filter((part) => part !== null && part !== undefined && part !== '').join(':')
}

export function findingsSummary(findings: Finding[]): string {
  const parts = ORDER.map((severity) => [severity, findings.filter((one) => one.severity === severity).length] as const)
    .filter(([, number]) => number > 0)
    .map(([severity, number]) => plural(number, WORD[severity]))
  return parts.length > 0 ? parts.join(', ') : 'No findings'
}

/** Findings line by line: where, what is wrong, what to do; the worst first. */
export function FindingsList({ findings }: { findings: Finding[] }) {
  const sorted = [...findings].sort((a, b) => ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity))
  return (
    <Box component="ul" sx={{ listStyle: 'none', p: 0, m: 0, display: 'grid', gap: '1px', bgcolor: 'divider', border: 1, borderColor: 'divider', borderRadius: 1, overflow: 'hidden' }}>
      {sorted.map((finding, index) => {
        const Icon = ICONS[finding.severity]
        return (
          <Box component="li" key={`${finding.code}-${index}`} sx={{ display: 'flex', gap: 3, p: 3, bgcolor: 'background.paper' }}>
            <Icon fontSize="small" color={finding.severity} titleAccess={WORD[finding.severity]} sx={{ mt: '1px' }} />
            <Box sx={{ minWidth: 0, overflowWrap: 'anywhere' }}>
              {place(finding) && (
                <Typography component="code" variant="caption" sx={{ color: 'text.secondary', display: 'block' }}>
                  {place(finding)}
                </Typography>
              )}
              <Typography variant="body2">{finding.message}</Typography>
              {finding.hint && (
                <Typography variant="body2" sx={{ color: 'text.secondary' }}>
                  {finding.hint}
                </Typography>
              )}
            </Box>
          </Box>
        )
      })}
    </Box>
  )
}
