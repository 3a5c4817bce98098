import Box from '@mui/material/Box'
import Card from '@mui/material/Card'
import Link from '@mui/material/Link'
import Pagination from '@mui/material/Pagination'
import Skeleton from '@mui/material/Skeleton'
import Table from '@mui/material/Table'
import TableBody from '@mui/material/TableBody'
import TableCell from '@mui/material/TableCell'
import TableContainer from '@mui/material/TableContainer'
import TableHead from '@mui/material/TableHead'
import TableRow from '@mui/material/TableRow'
import TableSortLabel from '@mui/material/TableSortLabel'
import Typography from '@mui/material/Typography'
import useMediaQuery from '@mui/material/useMediaQuery'
import visuallyHidden from '@mui/utils/visuallyHidden'
import type { Theme } from '@mui/material/styles'
import type { ReactNode } from 'react'
import { Link as RouterLink } from 'react-router'
import type { Page } from '@/api/types'
import { count } from '@/lib/format'
import type { ListParams } from '@/lib/use-list-params'

export interface Column<T> {
  key: string
  /** Empty above the buttons of each row. */
  header: string
  cell: (row: T) => ReactNode
  /** The API's name to order by; without it the column cannot be sorted. */
  sort?: string
  align?: 'left' | 'right'
  width?: number | string
  /** Where it goes at phone width. */
  phone?: 'title' | 'hidden' | 'line'
}

interface Props<T> {
  label: string
  columns: Column<T>[]
  rows: T[] | undefined
  rowKey: (row: T) => string | number
  /** Where a row leads; its first column becomes the link. */
  href?: (row: T) => string
  params?: ListParams
  dimmed?: boolean
}

const SKELETON_ROWS = [1, 2, 3, 4, 5, 6]

function SortHeader<T>({ column, params }: { column: Column<T>; params: ListParams | undefined }) {
  if (!column.header) {
    return (
      <Box component="span" sx={visuallyHidden}>
        Actions
      </Box>
    )
  }
  if (!column.sort || !params) return <>{column.header}</>
  const descending = params.ordering === `-${column.sort}`
  const active = descending || params.ordering === column.sort
  const next = active && !descending ? `-${column.sort}` : column.sort
  return (
    <TableSortLabel active={active} direction={descending ? 'desc' : 'asc'} onClick={() => params.update({ ordering: next })}>
      {column.header}
    </TableSortLabel>
  )
}

function RowLink({ to, children }: { to: string; children: ReactNode }) {
  return (
    <Link
      component={RouterLink}
      to={to}
      color="text.primary"
      underline="hover"
      sx={{ fontWeight: 600, '&::after': { content: '""', position: 'absolute', inset: 0 } }}
    >
      {children}
    </Link>
  )
}

function WideTable<T>({ label, columns, rows, rowKey, href, params, dimmed }: Props<T>) {
  return (
    <TableContainer component={Card} sx={{ opacity: dimmed ? 0.6 : 1, transition: 'opacity .15s' }}>
      <Table aria-label={label}>
        <TableHead>
          <TableRow>
            {columns.map((column) => (
              <TableCell key={column.key} align={column.align} sx={{ width: column.width }} sortDirection={undefined}>
                <SortHeader column={column} params={params} />
              </TableCell>
            ))}
          </TableRow>
        </TableHead>
        <TableBody>
          {rows === undefined
            ? SKELETON_ROWS.map((row) => (
                <TableRow key={row}>
                  {columns.map((column) => (
                    <TableCell key={column.key}>
                      <Skeleton width={column.align === 'right' ? 48 : '70%'} sx={{ ml: column.align === 'right' ? 'auto' : 0 }} />
                    </TableCell>
                  ))}
                </TableRow>
              ))
            : rows.map((row) => (
                <TableRow key={rowKey(row)} hover={href !== undefined} sx={{ position: 'relative', '&:last-child td': { border: 0 } }}>
                  {columns.map((column, index) => (
                    <TableCell key={column.key} align={column.align} sx={column.align === 'right' ? { fontVariantNumeric: 'tabular-nums' } : undefined}>
                      {index === 0 && href ? <RowLink to={href(row)}>{column.cell(row)}</RowLink> : column.cell(row)}
                    </TableCell>
                  ))}
                </TableRow>
              ))}
        </TableBody>
      </Table>
    </TableContainer>
  )
}

function PhoneCards<T>({ label, columns, rows, rowKey, href, dimmed }: Props<T>) {
  const lines = columns.filter((column, index) => index > 0 && column.phone !== 'hidden' && column.phone !== 'title')
  const beside = columns.find((column, index) => index > 0 && column.phone === 'title')
  const [first] = columns
  if (rows === undefined) {
    return (
      <Box sx={{ display: 'grid', gap: 2 }}>
        {SKELETON_ROWS.map((row) => (
          <Skeleton key={row} variant="rounded" height={92} />
        ))}
      </Box>
    )
  }
  return (
    <Box component="ul" aria-label={label} sx={{ listStyle: 'none', p: 0, m: 0, display: 'grid', gap: 2, opacity: dimmed ? 0.6 : 1 }}>
      {rows.map((row) => (
        <Card component="li" key={rowKey(row)} sx={{ p: 3, position: 'relative' }}>
          <Box sx={{ display: 'flex', justifyContent: 'space-between', gap: 2, mb: 2 }}>
            <Box sx={{ minWidth: 0 }}>{href ? <RowLink to={href(row)}>{first?.cell(row)}</RowLink> : first?.cell(row)}</Box>
            {beside && <Box sx={{ flexShrink: 0 }}>{beside.cell(row)}</Box>}
          </Box>
          <Box component="dl" sx={{ m: 0, display: 'grid', gridTemplateColumns: 'auto 1fr', gap: '4px 12px', fontSize: 13 }}>
            {lines.filter((column) => column.cell(row) !== null).map((column) => (
              <Box key={column.key} sx={{ display: 'contents' }}>
                <Box component="dt" sx={{ color: 'text.secondary' }}>
                  {column.header}
                </Box>
                <Box component="dd" sx={{ m: 0, minWidth: 0 }}>
                  {column.cell(row)}
                </Box>
              </Box>
            ))}
          </Box>
        </Card>
      ))}
    </Box>
  )
}

/** A table with sorting in the address; cards at phone width. */
export function DataTable<T>(props: Props<T>) {
  const phone = useMediaQuery<Theme>((theme) => theme.breakpoints.down('sm'))
  return phone ? <PhoneCards {...props} /> : <WideTable {...props} />
}

/** "26–50 of 1,204" and the pages. */
export function Pager({ page, params }: { page: Page<unknown> | undefined; params: ListParams }) {
  if (!page || page.count === 0) return null
  const pages = Math.ceil(page.count / params.page_size)
  const first = (params.page - 1) * params.page_size + 1
  return (
    <Box component="nav" aria-label="Pages" sx={{ display: 'flex', alignItems: 'center', justifyContent: 'space-between', flexWrap: 'wrap', gap: 2, mt: 3 }}>
      <Typography variant="body2" sx={{ color: 'text.secondary' }}>
        {count(first)}–{count(first + page.results.length - 1)} of {count(page.count)}
      </Typography>
      {pages > 1 && <Pagination size="small" page={params.page} count={pages} onChange={(_, next) => params.update({ page: next })} />}
    </Box>
  )
}
