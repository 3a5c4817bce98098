import Alert from '@mui/material/Alert'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import LinearProgress from '@mui/material/LinearProgress'
import Typography from '@mui/material/Typography'
import { useQuery } from '@tanstack/react-query'
import type { SplitPreview, SplitRecipe } from '@/api/types'
import { Picture } from '@/components/ui/picture'
import { splitPreviewQuery, useCompareImages } from '@/features/datasets/api/splits'
import { ClassPartsBars } from '@/features/datasets/splits/class-parts-bars'
import { PartBar } from '@/features/datasets/splits/part-bar'
import { PART_COLORS, PART_LABELS, PARTS } from '@/features/datasets/splits/parts'
import { messageOf } from '@/lib/errors'
import { count, plural } from '@/lib/format'
import { toast } from '@/lib/toasts'

function Groups({ preview, title }: { preview: SplitPreview; title: string }) {
  return (
    <Box>
      <Typography variant="h4" component="h3" gutterBottom>
        {title}
      </Typography>
      {preview.largest_groups.length === 0 && (
        <Typography variant="body2" sx={{ color: 'text.secondary' }}>
          Nothing belongs together: every image is on its own.
        </Typography>
      )}
      <Box component="ul" aria-label="Largest groups" sx={{ listStyle: 'none', p: 0, m: 0, display: 'grid', gap: 2 }}>
        {preview.largest_groups.map((group) => (
          <Box component="li" key={group.title} sx={{ display: 'grid', gridTemplateColumns: 'auto minmax(0, 1fr) auto', gap: 3, alignItems: 'center', fontSize: 13 }}>
            <Box sx={{ display: 'flex', gap: '2px' }}>
              {group.examples.map((address) => (
                <Picture key={address} src={address} alt="" loading="lazy" width={40} height={30} style={{ objectFit: 'cover', borderRadius: 3 }} />
              ))}
            </Box>
            <Box component="span" sx={{ overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }} title={group.title}>
              {group.title}
            </Box>
            <Box component="span" sx={{ display: 'inline-flex', gap: 1.5, alignItems: 'center', color: 'text.secondary', fontVariantNumeric: 'tabular-nums' }}>
              {count(group.images)}
              <Box component="span" aria-hidden style={{ background: PART_COLORS[group.part] }} sx={{ width: 8, height: 8, borderRadius: '2px' }} />
              {PART_LABELS[group.part]}
            </Box>
          </Box>
        ))}
      </Box>
    </Box>
  )
}

/** Has the worker compare images that came before there were perceptual hashes. */
export function CompareButton({ dataset, images }: { dataset: number; images: number }) {
  const compare = useCompareImages(dataset)
  return (
    <Button
      size="small"
      loading={compare.isPending}
      onClick={() =>
        compare.mutate(undefined, {
          onSuccess: () => toast(`${plural(images, 'image')} will be compared; this page follows.`),
          onError: (error) => toast(messageOf(error), 'error'),
        })
      }
    >
      Compare them
    </Button>
  )
}

/** What would come of a recipe, kept in step with the form. */
export function RecipePreview({ dataset, recipe }: { dataset: number; recipe: SplitRecipe }) {
  const preview = useQuery(splitPreviewQuery(dataset, recipe))
  const shown = preview.data
  return (
    <Box component="section" aria-label="What would come of it" aria-busy={preview.isFetching} sx={{ display: 'grid', gap: 4, alignContent: 'start', minHeight: 320, minWidth: 0 }}>
      <Box sx={{ height: 4 }}>{preview.isFetching && <LinearProgress aria-label="Working out the split" />}</Box>
      {preview.isError && <Alert severity="error">{messageOf(preview.error)}</Alert>}
      {shown && !preview.isError && (
        <>
          <PartBar counts={shown.counts} height={16} />
          {shown.notes.map((note) => (
            <Alert key={note} severity="warning" action={shown.without_hash > 0 && note.includes('compared') ? <CompareButton dataset={dataset} images={shown.without_hash} /> : undefined}>
              {note}
            </Alert>
          ))}
          {recipe.method === 'group' && <Groups preview={shown} title={plural(shown.groups, 'group')} />}
          {recipe.method !== 'group' && shown.largest_groups.length > 0 && <Groups preview={shown} title="Kept together, as they look alike" />}
          <Box>
            <Typography variant="h4" component="h3" gutterBottom>
              Images per class
            </Typography>
            <ClassPartsBars classes={shown.classes} parts={PARTS.filter((part) => recipe.shares[part] > 0)} />
          </Box>
        </>
      )}
    </Box>
  )
}
