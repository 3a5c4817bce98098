import CheckCircle from '@mui/icons-material/CheckCircleOutlined'
import Troubleshoot from '@mui/icons-material/TroubleshootOutlined'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Card from '@mui/material/Card'
import Skeleton from '@mui/material/Skeleton'
import Typography from '@mui/material/Typography'
import { useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { Link, useSearchParams } from 'react-router'
import type { Dataset, Examination, FindingKind, Severity } from '@/api/types'
import { EmptyState } from '@/components/ui/empty-state'
import { ErrorState } from '@/components/ui/error-state'
import { paths } from '@/config/paths'
import { examinationQuery, isWorking, repairsQuery, useExamine } from '@/features/datasets/api/doctor'
import { ExaminationBar } from '@/features/datasets/components/doctor/examination-bar'
import { FindingCard } from '@/features/datasets/components/doctor/finding-card'
import { KindView } from '@/features/datasets/components/doctor/kind-view'
import { RepairDialog } from '@/features/datasets/components/doctor/repair-dialog'
import { RepairsHistory } from '@/features/datasets/components/doctor/repairs-history'
import { useRepairToasts } from '@/features/datasets/components/doctor/use-repair-toasts'
import { useUndo } from '@/features/datasets/components/doctor/use-undo'
import { count } from '@/lib/format'
import { toast } from '@/lib/toasts'

const ORDER: Severity[] = ['error', 'warning', 'info']

interface Wanted {
  kind: FindingKind
  repair: string
  findings: number[] | undefined
}

function Loading() {
  return (
    <Box aria-busy="true" sx={{ display: 'grid', gap: 4 }}>
      <Skeleton width={420} />
      {[1, 2].map((card) => (
        <Skeleton key={card} variant="rounded" height={320} />
      ))}
    </Box>
  )
}

function NotExamined({ dataset, examination, mayEdit }: { dataset: Dataset; examination: Examination; mayEdit: boolean }) {
  const examine = useExamine(dataset.id)
  if (isWorking(examination.state) || examination.state === 'failed') return <ExaminationBar dataset={dataset} examination={examination} mayEdit={mayEdit} />
  const button = mayEdit && dataset.image_count > 0 && (
    <Button variant="contained" loading={examine.isPending} onClick={() => examine.mutate(undefined)}>
      Examine now
    </Button>
  )
  return (
    <EmptyState icon={Troubleshoot} title="Not examined yet" action={button}>
      {dataset.image_count === 0
        ? 'When there are images, they are looked through for what is probably wrong: shapes outside of the image, duplicates, typos in class names and more.'
        : 'The data set is looked through by itself a moment after each change, for what is probably wrong: shapes outside of the image, duplicates, typos in class names and more.'}
    </EmptyState>
  )
}

/** What was asked without finding anything. */
function FineKinds({ kinds, dataset }: { kinds: FindingKind[]; dataset: Dataset }) {
  if (kinds.length === 0) return null
  return (
    <Card component="section" aria-label="Looked for, and not found" sx={{ p: 4 }}>
      <Typography variant="h4" component="h2" sx={{ mb: 2 }}>
        Looked for, and not found
      </Typography>
      <Box component="ul" sx={{ listStyle: 'none', m: 0, p: 0, display: 'grid', gap: 2, gridTemplateColumns: 'repeat(auto-fill, minmax(min(260px, 100%), 1fr))' }}>
        {kinds.map((kind) => (
          <Box component="li" key={kind.code} sx={{ display: 'flex', gap: 2, alignItems: 'baseline', fontSize: 13 }}>
            <CheckCircle color="success" sx={{ fontSize: 16, alignSelf: 'center' }} aria-hidden />
            <span>{kind.title}</span>
            {kind.intended > 0 && (
              <Link to={`${paths.dataset(dataset.project, dataset.id, 'findings')}?kind=${kind.code}&intended=true`}>{count(kind.intended)} intended</Link>
            )}
          </Box>
        ))}
      </Box>
    </Card>
  )
}

/** The annotation doctor: what is probably wrong with the data set, and how to put it right. */
export function FindingsTab({ dataset }: { dataset: Dataset }) {
  const [params] = useSearchParams()
  const examination = useQuery(examinationQuery(dataset.id))
  const repairs = useQuery(repairsQuery(dataset.id))
  const [wanted, setWanted] = useState<Wanted | null>(null)
  const [undo, question] = useUndo(dataset.id)
  const colors = useMemo(() => new Map(dataset.labels.map((label) => [label.name, label.color])), [dataset.labels])
  const mayEdit = dataset.can.includes('edit')
  useRepairToasts(repairs.data?.results, mayEdit, undo)
  if (examination.isError) return <ErrorState error={examination.error} onRetry={() => void examination.refetch()} what="findings" />
  if (!examination.data) return <Loading />
  if (!examination.data.checked) return <NotExamined dataset={dataset} examination={examination.data} mayEdit={mayEdit} />
  const found = examination.data.kinds.filter((kind) => kind.count > 0)
  found.sort((a, b) => ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity))
  const shown = examination.data.kinds.find((kind) => kind.code === params.get('kind'))
  return (
    <Box>
      <ExaminationBar dataset={dataset} examination={examination.data} mayEdit={mayEdit} />
      {shown ? (
        <KindView key={shown.code} dataset={dataset} kind={shown} colors={colors} mayEdit={mayEdit} onRepair={(repair, findings) => setWanted({ kind: shown, repair, findings })} />
      ) : (
        <Box sx={{ display: 'grid', gap: 4, gridTemplateColumns: 'minmax(0, 1fr)' }}>
          {found.length === 0 && (
            <EmptyState icon={CheckCircle} title="Nothing found">
              {count(dataset.image_count)} images and {count(dataset.shape_count)} annotations were looked at. What was looked for is listed below.
            </EmptyState>
          )}
          {found.map((kind) => (
            <FindingCard key={kind.code} dataset={dataset} kind={kind} colors={colors} mayEdit={mayEdit} onRepair={(repair) => setWanted({ kind, repair, findings: undefined })} />
          ))}
          <RepairsHistory dataset={dataset} repairs={repairs.data?.results ?? []} mayEdit={mayEdit} onUndo={undo} />
          <FineKinds kinds={examination.data.kinds.filter((kind) => kind.count === 0)} dataset={dataset} />
        </Box>
      )}
      {wanted && (
        <RepairDialog
          dataset={dataset}
          {...wanted}
          colors={colors}
          onStarted={() => {
            setWanted(null)
            toast('The repair is at work.', 'info')
          }}
          onClose={() => setWanted(null)}
        />
      )}
      {question}
    </Box>
  )
}
