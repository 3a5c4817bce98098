import Table from '@mui/material/Table'
import TableBody from '@mui/material/TableBody'
import TableCell from '@mui/material/TableCell'
import TableHead from '@mui/material/TableHead'
import TableRow from '@mui/material/TableRow'
import type { Difference } from '@/lib/json'
import { inline } from '@/lib/json'

/** Values that differ, side by side. */
export function DifferencesTable({ differences, before, after }: { differences: Difference[]; before: string; after: string }) {
  return (
    <Table aria-label={`Differences between ${before} and ${after}`}>
      <TableHead>
        <TableRow>
          <TableCell>Key</TableCell>
          <TableCell>{before}</TableCell>
          <TableCell>{after}</TableCell>
        </TableRow>
      </TableHead>
      <TableBody>
        {differences.map(({ key, from, to }) => (
          <TableRow key={key}>
            <TableCell>
              <code>{key}</code>
            </TableCell>
            <TableCell sx={{ color: 'text.secondary' }}>{inline(from)}</TableCell>
            <TableCell sx={{ color: 'secondary.main', fontWeight: 600 }}>{inline(to)}</TableCell>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  )
}
