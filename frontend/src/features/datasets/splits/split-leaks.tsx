import CheckCircle from '@mui/icons-material/CheckCircleOutlined'
import Alert from '@mui/material/Alert'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Card from '@mui/material/Card'
import Chip from '@mui/material/Chip'
import Skeleton from '@mui/material/Skeleton'
import Typography from '@mui/material/Typography'
import { useQuery } from '@tanstack/react-query'
import type { Dataset, Leak, Leaks, SplitDetail } from '@/api/types'
import { ErrorState } from '@/components/ui/error-state'
import { Picture } from '@/components/ui/picture'
import { Section } from '@/components/ui/section'
import { isThere, isUnderWay, whileUnderWay } from '@/features/datasets/api/pending'
import { leaksQuery, useMendLeaks } from '@/features/datasets/api/splits'
import { WorkProgress } from '@/features/datasets/components/work-progress'
import { PART_COLORS, PART_LABELS } from '@/features/datasets/splits/parts'
import { CompareButton } from '@/features/datasets/splits/recipe-preview'
import { messageOf } from '@/lib/errors'
import { count, plural } from '@/lib/format'
import { toast } from '@/lib/toasts'

function LeakCard({ leak, mend, busy }: { leak: Leak; mend?: () => void; busy: boolean }) {
  return (
    <Card component="li" sx={{ p: 3, display: 'grid', gap: 2, alignContent: 'start', minWidth: 0 }}>
      <Box sx={{ display: 'grid', gridTemplateColumns: 'repeat(2, minmax(0, 1fr))', gap: 2 }}>
        {leak.images.slice(0, 2).map((image) => (
          <Box key={image.id} sx={{ minWidth: 0 }}>
            <Box sx={{ aspectRatio: '4 / 3', bgcolor: 'action.hover', borderRadius: 1, overflow: 'hidden', borderTop: 4 }} style={{ borderColor: PART_COLORS[image.part] }}>
              <Picture src={image.thumbnail_url} alt={image.name} loading="lazy" style={{ width: '100%', height: '100%', objectFit: 'contain' }} />
            </Box>
            <Typography variant="caption" component="div" sx={{ fontWeight: 600, mt: 1 }}>
              {PART_LABELS[image.part]}
            </Typography>
            <Typography variant="caption" component="div" title={image.name} sx={{ color: 'text.secondary', overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}>
              {image.name}
            </Typography>
          </Box>
        ))}
      </Box>
      <Box sx={{ display: 'flex', gap: 2, alignItems: 'center', justifyContent: 'space-between', flexWrap: 'wrap' }}>
        <Box sx={{ display: 'flex', gap: 2, alignItems: 'center', flexWrap: 'wrap' }}>
          <Chip variant="outlined" color={leak.kind === 'exact' ? 'error' : 'warning'} label={leak.kind === 'exact' ? 'Same file' : `Alike (${plural(leak.bits, 'bit')} of 64 differ)`} />
          {leak.count > 2 && (
            <Typography variant="caption" sx={{ color: 'text.secondary' }}>
              and {plural(leak.count - 2, 'more image')}
            </Typography>
          )}
        </Box>
        {mend && (
          <Button onClick={mend} disabled={busy}>
            All to {PART_LABELS[leak.home].toLowerCase()}
          </Button>
        )}
      </Box>
    </Card>
  )
}

/** Copies and near-copies in different parts, as pairs of pictures, and one click to put them together. */
export function SplitLeaks({ dataset, split, mayEdit }: { dataset: Dataset; split: SplitDetail; mayEdit: boolean }) {
  const leaks = useQuery({
    ...leaksQuery(dataset.id, split.id),
    // While the worker compares images, what it finds appears by itself.
    refetchInterval: ({ state: { data } }) => whileUnderWay(data?.pending) || (data && 'without_hash' in data && data.without_hash > 0 ? 5_000 : false),
  })
  const mend = useMendLeaks(dataset.id, split.id)
  const run = (image?: number): void =>
    mend.mutate(
      { image, revision: split.revision },
      { onSuccess: ({ moved }) => toast(`${plural(moved, 'image')} moved.`), onError: (error) => toast(messageOf(error), 'error') },
    )
  const found = leaks.data && isThere<Leaks>(leaks.data, 'leaks') ? leaks.data : undefined
  const pending = leaks.data?.pending
  return (
    <Section
      title="Leaks between parts"
      actions={
        mayEdit &&
        found &&
        found.count > 0 && (
          <Button variant="outlined" loading={mend.isPending} disabled={Boolean(pending)} onClick={() => run()}>
            Put all together
          </Button>
        )
      }
    >
      {leaks.isError && <ErrorState error={leaks.error} onRetry={() => void leaks.refetch()} what="leaks" />}
      {pending && <WorkProgress work={pending} doing={found ? 'This was found before the last change.' : 'The images are being compared.'} failed="The images could not be compared" />}
      {(leaks.isPending || (!found && isUnderWay(pending))) && <Skeleton variant="rounded" height={96} />}
      {found && (
        <Box sx={{ display: 'grid', gap: 3 }}>
          {found.without_hash > 0 && (
            <Alert severity="info" action={mayEdit && <CompareButton dataset={dataset.id} images={found.without_hash} />}>
              {plural(found.without_hash, 'image')} could not be compared yet; only exact copies of them are found.
            </Alert>
          )}
          {found.count === 0 ? (
            <Typography variant="body2" sx={{ display: 'flex', gap: 2, alignItems: 'center' }}>
              <CheckCircle fontSize="small" color="success" /> No image looks like one of another part.
            </Typography>
          ) : (
            <Typography variant="body2" sx={{ color: 'text.secondary' }}>
              {plural(found.count, 'leak')} with {plural(found.images, 'image')}
              {found.exact > 0 ? `, ${count(found.exact)} of them the same file` : ''}. A model that has seen a picture in training knows it again, so its score says less than it seems to.
              {found.count > found.leaks.length ? ` The first ${count(found.leaks.length)} are shown.` : ''}
            </Typography>
          )}
          {found.count > 0 && (
            <Box component="ul" aria-label="Leaks" sx={{ listStyle: 'none', p: 0, m: 0, display: 'grid', gap: 3, gridTemplateColumns: 'repeat(auto-fill, minmax(min(300px, 100%), 1fr))' }}>
              {found.leaks.map((leak) => (
                <LeakCard key={leak.images.map((image) => image.id).join()} leak={leak} busy={mend.isPending || Boolean(pending)} mend={mayEdit ? () => run(leak.images[0]?.id) : undefined} />
              ))}
            </Box>
          )}
        </Box>
      )}
    </Section>
  )
}
