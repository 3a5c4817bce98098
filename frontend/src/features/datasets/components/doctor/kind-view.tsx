import ArrowBack from '@mui/icons-material/ArrowBackOutlined'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Checkbox from '@mui/material/Checkbox'
import FormControlLabel from '@mui/material/FormControlLabel'
import Pagination from '@mui/material/Pagination'
import Skeleton from '@mui/material/Skeleton'
import Typography from '@mui/material/Typography'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link, useSearchParams } from 'react-router'
import type { Dataset, FindingKind } from '@/api/types'
import { ErrorState } from '@/components/ui/error-state'
import { paths } from '@/config/paths'
import { findingsQuery, useMarkFindings } from '@/features/datasets/api/doctor'
import { FindingActions } from '@/features/datasets/components/doctor/finding-actions'
import { isPair } from '@/features/datasets/components/doctor/finding-pair'
import { FindingPicture } from '@/features/datasets/components/doctor/finding-picture'
import { SeverityChip } from '@/features/datasets/components/doctor/severity'
import { messageOf } from '@/lib/errors'
import { count, plural } from '@/lib/format'
import { toast } from '@/lib/toasts'

const PAGE = 24
const TILES = [1, 2, 3, 4, 5, 6, 7, 8]
// Pairs stand side by side, so they take twice the room.
const grid = (tile: number) => ({ display: 'grid', gap: 4, gridTemplateColumns: `repeat(auto-fill, minmax(min(${tile}px, 100%), 1fr))` })

interface Props {
  dataset: Dataset
  kind: FindingKind
  colors: ReadonlyMap<string, string>
  mayEdit: boolean
  onRepair: (repair: string, findings: number[] | undefined) => void
}

/** All findings of one kind, to choose from. */
export function KindView({ dataset, kind, colors, mayEdit, onRepair }: Props) {
  const [params, setParams] = useSearchParams()
  const page = Math.max(1, Number(params.get('page')) || 1)
  const intended = params.get('intended') === 'true'
  const findings = useQuery(findingsQuery(dataset.id, { code: kind.code, page, page_size: PAGE, intended }))
  const [chosen, setChosen] = useState<ReadonlySet<number>>(new Set())
  const mark = useMarkFindings(dataset.id)
  const put = (change: Record<string, string>): void => setParams({ kind: kind.code, ...(intended ? { intended: 'true' } : {}), ...change })
  const toggle = (id: number): void =>
    setChosen((old) => {
      const next = new Set(old)
      if (!next.delete(id)) next.add(id)
      return next
    })
  const showAgain = (): void =>
    mark.mutate(
      { code: kind.code, findings: chosen.size > 0 ? [...chosen] : undefined, intended: false },
      {
        onSuccess: ({ marked }) => {
          setChosen(new Set())
          toast(`${plural(marked, 'finding')} shown again.`)
        },
        onError: (error) => toast(messageOf(error), 'error'),
      },
    )
  if (findings.isError) return <ErrorState error={findings.error} onRetry={() => void findings.refetch()} what="findings" />
  const rows = findings.data?.results
  const pages = Math.ceil((findings.data?.count ?? 0) / PAGE)
  return (
    <Box>
      <Button component={Link} to={paths.dataset(dataset.project, dataset.id, 'findings')} size="small" startIcon={<ArrowBack />} sx={{ mb: 2 }}>
        All findings
      </Button>
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 3, flexWrap: 'wrap', mb: 1 }}>
        <Typography variant="h2">{kind.title}</Typography>
        <Typography component="span" sx={{ fontWeight: 650 }}>
          {count(intended ? kind.intended : kind.count)}
        </Typography>
        <SeverityChip severity={kind.severity} />
      </Box>
      <Typography variant="body2" sx={{ color: 'text.secondary', maxWidth: 860, mb: 3 }}>
        {kind.explanation} {kind.advice}
        {kind.beyond > 0 && ` The first ${count(kind.count - kind.beyond)} are listed; a repair takes these, and the rest shows after it.`}
      </Typography>
      <Box sx={{ display: 'flex', gap: 2, flexWrap: 'wrap', alignItems: 'center', mb: 4 }}>
        {mayEdit && !intended && kind.count > 0 && (
          <>
            <Typography variant="body2" sx={{ fontWeight: 600 }}>
              {chosen.size > 0 ? `${count(chosen.size)} chosen:` : 'All of them:'}
            </Typography>
            <FindingActions
              dataset={dataset.id}
              kind={kind}
              chosen={chosen.size > 0 ? [...chosen] : undefined}
              onRepair={(repair) => onRepair(repair, chosen.size > 0 ? [...chosen] : undefined)}
              onMarked={() => setChosen(new Set())}
            />
          </>
        )}
        {mayEdit && intended && kind.intended > 0 && (
          <Button size="small" variant="outlined" loading={mark.isPending} onClick={showAgain}>
            {chosen.size > 0 ? `Show ${count(chosen.size)} again` : 'Show all of them again'}
          </Button>
        )}
        <Box sx={{ flex: 1 }} />
        <FormControlLabel
          control={<Checkbox size="small" checked={intended} onChange={() => { setChosen(new Set()); setParams({ kind: kind.code, ...(intended ? {} : { intended: 'true' }) }) }} />}
          label={`Marked as intended (${count(kind.intended)})`}
        />
      </Box>
      <Box sx={grid(rows?.some(isPair) ? 440 : 240)} aria-busy={rows === undefined}>
        {rows === undefined && TILES.map((tile) => <Skeleton key={tile} variant="rounded" sx={{ aspectRatio: '4 / 3', height: 'auto' }} />)}
        {rows?.map((finding) => (
          <Box key={finding.id} sx={{ position: 'relative', minWidth: 0 }}>
            <FindingPicture dataset={dataset} finding={finding} colors={colors} />
            {mayEdit && (
              <Checkbox
                size="small"
                checked={chosen.has(finding.id)}
                onChange={() => toggle(finding.id)}
                slotProps={{ input: { 'aria-label': `Choose: ${finding.message}` } }}
                sx={{ position: 'absolute', top: 4, right: 4, bgcolor: 'background.paper', borderRadius: 1, p: '2px', '&:hover': { bgcolor: 'background.paper' } }}
              />
            )}
          </Box>
        ))}
      </Box>
      {rows?.length === 0 && <Typography sx={{ color: 'text.secondary', py: 8, textAlign: 'center' }}>{intended ? 'None is marked as intended.' : 'None is left.'}</Typography>}
      {pages > 1 && <Pagination count={pages} page={page} onChange={(_, next) => put({ page: String(next) })} sx={{ mt: 4, display: 'flex', justifyContent: 'center' }} />}
    </Box>
  )
}
