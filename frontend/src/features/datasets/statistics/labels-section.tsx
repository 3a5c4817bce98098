import Add from '@mui/icons-material/AddOutlined'
import DeleteOutline from '@mui/icons-material/DeleteOutlined'
import Edit from '@mui/icons-material/EditOutlined'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import IconButton from '@mui/material/IconButton'
import Typography from '@mui/material/Typography'
import { useState } from 'react'
import { Link } from 'react-router'
import type { Dataset, LabelRow } from '@/api/types'
import { ConfirmDialog } from '@/components/ui/confirm-dialog'
import { Section } from '@/components/ui/section'
import { TextPromptDialog } from '@/components/ui/text-prompt-dialog'
import { useCreateLabel, useDeleteLabel, useUpdateLabel } from '@/features/datasets/api/gallery'
import { FALLBACK_COLOR } from '@/features/datasets/components/shape-overlay'
import { count, plural } from '@/lib/format'
import { toast } from '@/lib/toasts'

interface Props {
  dataset: Dataset
  images: ReadonlyMap<string, number>
  href: (label: string) => string
}

/** The classes with their shapes and images as bars; editors add, rename, recolour and remove them. */
export function LabelsSection({ dataset, images, href }: Props) {
  const [dialog, setDialog] = useState<{ what: 'add' | 'edit' | 'delete'; label?: LabelRow } | null>(null)
  const create = useCreateLabel(dataset.id)
  const update = useUpdateLabel(dataset.id)
  const remove = useDeleteLabel(dataset.id)
  const mayEdit = dataset.can.includes('edit')
  const labels = [...dataset.labels].sort((a, b) => b.shape_count - a.shape_count || a.name.localeCompare(b.name))
  const largest = Math.max(1, ...labels.map((label) => label.shape_count))
  const close = (): void => setDialog(null)
  const change = async (id: number, name: string, color: string): Promise<void> => {
    const changed = await update.mutateAsync({ id, name, ...(color ? { color } : {}) })
    if ('can_undo' in changed) toast('The class is on thousands of images, so the worker renames it; the doctor shows how far it is.', 'info')
  }
  return (
    <Section
      title="Class balance"
      actions={
        mayEdit && (
          <Button startIcon={<Add />} onClick={() => setDialog({ what: 'add' })}>
            Add a class
          </Button>
        )
      }
    >
      {labels.length === 0 && <Typography sx={{ color: 'text.secondary' }}>No classes yet: they come with the annotations.</Typography>}
      <Box component="ul" aria-label="Class balance" sx={{ listStyle: 'none', p: 0, m: 0, display: 'grid', gap: 1 }}>
        {labels.map((label) => (
          <Box component="li" key={label.id} sx={{ display: 'grid', gridTemplateColumns: { xs: 'minmax(56px, 96px) 1fr auto auto', sm: 'minmax(90px, 180px) 1fr 170px auto' }, columnGap: { xs: 2, sm: 3 }, alignItems: 'center', fontSize: 13, minHeight: 30 }}>
            <Box component={Link} to={href(label.name)} title={`Images with ${label.name}`} sx={{ color: 'inherit', overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap', textDecoration: 'none', '&:hover': { color: 'primary.main', textDecoration: 'underline' } }}>
              {label.name}
            </Box>
            <Box component={Link} to={href(label.name)} tabIndex={-1} aria-hidden sx={{ height: 14, bgcolor: 'action.hover', borderRadius: '4px', overflow: 'hidden', display: 'block' }}>
              <Box style={{ width: `${(label.shape_count / largest) * 100}%`, background: label.color || FALLBACK_COLOR }} sx={{ height: '100%', minWidth: label.shape_count > 0 ? 3 : 0, borderRadius: '4px', boxShadow: 'inset 0 0 0 1px rgba(128, 128, 128, 0.6)' }} />
            </Box>
            <Box component="span" sx={{ textAlign: 'right', fontVariantNumeric: 'tabular-nums', color: 'text.secondary' }}>
              {count(label.shape_count)} on {count(images.get(label.name) ?? 0)}
              <Box component="span" sx={{ display: { xs: 'none', sm: 'inline' } }}> images</Box>
            </Box>
            {mayEdit && (
              <Box sx={{ display: 'flex' }}>
                <IconButton aria-label={`Change ${label.name}`} onClick={() => setDialog({ what: 'edit', label })}>
                  <Edit sx={{ fontSize: 17 }} />
                </IconButton>
                <IconButton aria-label={`Remove ${label.name}`} onClick={() => setDialog({ what: 'delete', label })}>
                  <DeleteOutline sx={{ fontSize: 17 }} />
                </IconButton>
              </Box>
            )}
          </Box>
        ))}
      </Box>
      {(dialog?.what === 'add' || dialog?.what === 'edit') && (
        <TextPromptDialog
          title={dialog.label ? `Change ${dialog.label.name}` : 'A new class'}
          confirm={dialog.label ? 'Save' : 'Add'}
          fields={[
            { key: 'name', label: 'Name', initial: dialog.label?.name ?? '', required: true },
            { key: 'color', label: 'Colour, for example #3cb44b', initial: dialog.label?.color ?? '' },
          ]}
          onSave={({ name = '', color = '' }) => (dialog.label ? change(dialog.label.id, name, color) : create.mutateAsync({ name, color }))}
          onClose={close}
        />
      )}
      <ConfirmDialog
        open={dialog?.what === 'delete'}
        title={`Remove the class ${dialog?.label?.name ?? ''}?`}
        confirm={dialog?.label?.shape_count ? null : 'Remove the class'}
        onConfirm={() => remove.mutateAsync(dialog?.label?.id ?? 0)}
        onClose={close}
      >
        {dialog?.label?.shape_count
          ? `It has ${plural(dialog.label.shape_count, 'annotation')}, and only a class without any can be removed. Remove these first, or give them another class.`
          : 'It has no annotations, so nothing else changes.'}
      </ConfirmDialog>
    </Section>
  )
}
