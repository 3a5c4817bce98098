import { useState } from 'react'
import type { Dataset, DatasetVersion } from '@/api/types'
import { ConfirmDialog } from '@/components/ui/confirm-dialog'
import { TextPromptDialog } from '@/components/ui/text-prompt-dialog'
import { useVersionActions } from '@/features/datasets/api/versions'
import { ApiError } from '@/lib/errors'
import { toast } from '@/lib/toasts'

export type VersionDialog = 'note' | 'restore' | 'delete'

interface Props {
  dataset: Dataset
  version: DatasetVersion
  open: VersionDialog | null
  onClose: () => void
}

/** Asks before a version is noted, brought back or deleted. */
export function VersionDialogs({ dataset, version, open, onClose }: Props) {
  const { note, restore, remove } = useVersionActions(dataset.id)
  const [force, setForce] = useState(false)
  return (
    <>
      {open === 'note' && (
        <TextPromptDialog
          title={`Note on version ${version.number}`}
          confirm="Save"
          fields={[{ key: 'note', label: 'Note', initial: version.note, multiline: true, help: 'What is special about it. The version itself never changes.' }]}
          onSave={(values) => note.mutateAsync({ number: version.number, note: values.note ?? '' })}
          onClose={onClose}
        />
      )}
      <ConfirmDialog
        open={open === 'restore'}
        title={`Bring version ${version.number} back?`}
        confirm="Bring it back"
        danger={false}
        onConfirm={() => restore.mutateAsync(version.number)}
        onClose={onClose}
      >
        Images, annotations and the split of {dataset.name} become what they were in version {version.number}. What they are now is frozen as a version first, so this
        can be undone.
      </ConfirmDialog>
      <ConfirmDialog
        open={open === 'delete'}
        title={`Delete version ${version.number}?`}
        confirm={force ? 'Delete it all the same' : 'Delete the version'}
        onConfirm={async () => {
          try {
            await remove.mutateAsync({ number: version.number, force })
          } catch (error) {
            setForce(error instanceof ApiError && error.code === 'undo_goes')
            throw error // the dialog says why, and stays
          }
          toast(`Version ${version.number} was deleted.`)
        }}
        onClose={onClose}
      >
        Images that only this version has go with it, and it cannot be taken back. The data set as it is now and its other versions keep everything. The number is not
        given again.
      </ConfirmDialog>
    </>
  )
}
