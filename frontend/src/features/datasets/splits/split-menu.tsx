import MoreVert from '@mui/icons-material/MoreVertOutlined'
import Alert from '@mui/material/Alert'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Dialog from '@mui/material/Dialog'
import DialogActions from '@mui/material/DialogActions'
import DialogContent from '@mui/material/DialogContent'
import DialogTitle from '@mui/material/DialogTitle'
import Divider from '@mui/material/Divider'
import IconButton from '@mui/material/IconButton'
import Menu from '@mui/material/Menu'
import MenuItem from '@mui/material/MenuItem'
import { useId, useState } from 'react'
import type { Dataset, SplitDetail, SplitLists } from '@/api/types'
import { ConfirmDialog } from '@/components/ui/confirm-dialog'
import { TextPromptDialog } from '@/components/ui/text-prompt-dialog'
import { listsUrl, useDeleteSplit, useReplaceSplit, useUpdateSplit } from '@/features/datasets/api/splits'
import { ListsPicker } from '@/features/datasets/splits/lists-picker'
import { PART_LABELS, PARTS } from '@/features/datasets/splits/parts'
import { messageOf } from '@/lib/errors'
import { toast } from '@/lib/toasts'

function ReplaceDialog({ dataset, split, onClose }: { dataset: Dataset; split: SplitDetail; onClose: () => void }) {
  const [lists, setLists] = useState<SplitLists | null>(null)
  const replace = useReplaceSplit(dataset.id, split.id)
  const titleId = useId()
  return (
    <Dialog open onClose={replace.isPending ? undefined : onClose} fullWidth maxWidth="sm" aria-labelledby={titleId}>
      <DialogTitle id={titleId}>Replace {split.name} by lists</DialogTitle>
      <DialogContent sx={{ display: 'grid', gap: 4 }}>
        <ListsPicker lists={lists} onLists={setLists} />
        {replace.error && <Alert severity="error">{messageOf(replace.error)}</Alert>}
      </DialogContent>
      <DialogActions sx={{ px: 6, pb: 4 }}>
        <Button onClick={onClose}>Cancel</Button>
        <Button
          variant="contained"
          disabled={lists === null}
          loading={replace.isPending}
          onClick={() => {
            if (lists !== null) replace.mutate({ lists, revision: split.revision }, { onSuccess: onClose })
          }}
        >
          Replace
        </Button>
      </DialogActions>
    </Dialog>
  )
}

/** What can be done with a split as a whole. */
export function SplitMenu({ dataset, split, mayEdit, onDeleted }: { dataset: Dataset; split: SplitDetail; mayEdit: boolean; onDeleted: () => void }) {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null)
  const [dialog, setDialog] = useState<'rename' | 'delete' | 'replace' | null>(null)
  const update = useUpdateSplit(dataset.id, split.id)
  const remove = useDeleteSplit(dataset.id, split.id)
  const close = (): void => setAnchor(null)
  const open = (which: typeof dialog): void => {
    close()
    setDialog(which)
  }
  const download = (label: string, address: string) => (
    <MenuItem key={address} component="a" href={address} download onClick={close}>
      {label}
    </MenuItem>
  )
  return (
    <Box>
      <IconButton aria-label={`More about ${split.name}`} aria-haspopup="menu" onClick={(event) => setAnchor(event.currentTarget)}>
        <MoreVert />
      </IconButton>
      <Menu anchorEl={anchor} open={anchor !== null} onClose={close}>
        {download('Download as JSON, by index', listsUrl(dataset.id, split.id))}
        {download('Download as JSON, by name', listsUrl(dataset.id, split.id, { by: 'name' }))}
        {PARTS.map((part) => download(`Only the list ${PART_LABELS[part]}`, listsUrl(dataset.id, split.id, { part })))}
        {mayEdit && <Divider />}
        {mayEdit && <MenuItem onClick={() => open('rename')}>Rename…</MenuItem>}
        {mayEdit && <MenuItem onClick={() => open('replace')}>Replace by lists…</MenuItem>}
        {mayEdit && split.is_current && (
          <MenuItem
            onClick={() => {
              close()
              update.mutate({ current: false }, { onError: (error) => toast(messageOf(error), 'error') })
            }}
          >
            Stop using it for new versions
          </MenuItem>
        )}
        {mayEdit && (
          <MenuItem onClick={() => open('delete')} sx={{ color: 'error.main' }}>
            Delete…
          </MenuItem>
        )}
      </Menu>
      {dialog === 'rename' && (
        <TextPromptDialog
          title="Rename the split"
          confirm="Save"
          fields={[{ key: 'name', label: 'Name', initial: split.name, required: true }]}
          onSave={(values) => update.mutateAsync({ name: values.name ?? '', revision: split.revision })}
          onClose={() => setDialog(null)}
        />
      )}
      {dialog === 'replace' && <ReplaceDialog dataset={dataset} split={split} onClose={() => setDialog(null)} />}
      <ConfirmDialog
        open={dialog === 'delete'}
        title={`Delete the split ${split.name}?`}
        confirm="Delete the split"
        onConfirm={async () => {
          await remove.mutateAsync()
          toast(`The split ${split.name} was deleted.`)
          onDeleted()
        }}
        onClose={() => setDialog(null)}
      >
        The images stay, and so do versions that carry this split. The split itself cannot be brought back; its lists can be downloaded first.
      </ConfirmDialog>
    </Box>
  )
}
