import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import { useState } from 'react'
import type { DatasetImport } from '@/api/types'
import { ConfirmDialog } from '@/components/ui/confirm-dialog'
import { useImportActions } from '@/features/datasets/api/datasets'
import { messageOf } from '@/lib/errors'
import { toast } from '@/lib/toasts'

type Asked = 'cancel' | 'remove' | null

/** Ending an import that is at work; starting one anew that has ended badly, or removing it with its files. */
export function ImportActions({ found }: { found: DatasetImport }) {
  const [asked, setAsked] = useState<Asked>(null)
  const { cancel, start, remove } = useImportActions(found.id)
  const isActive = found.state === 'queued' || found.state === 'running'
  const hasEndedBadly = found.state === 'failed' || found.state === 'cancelled'
  if (!isActive && !hasEndedBadly && found.state !== 'asking') return null
  const again = (): void => start.mutate(undefined, { onError: (error) => toast(messageOf(error), 'error') })
  return (
    <Box sx={{ display: 'flex', gap: 2, flexWrap: 'wrap', mt: 2, ml: -2 }}>
      {hasEndedBadly && (
        <>
          <Button onClick={again} loading={start.isPending}>
            Start again
          </Button>
          <Button color="error" onClick={() => setAsked('remove')}>
            Remove…
          </Button>
        </>
      )}
      {!hasEndedBadly && (
        <Button disabled={found.cancelling} onClick={() => setAsked('cancel')}>
          {found.cancelling ? 'Cancelling…' : 'Cancel…'}
        </Button>
      )}
      <ConfirmDialog open={asked === 'cancel'} title={`Cancel import ${found.id}?`} confirm="Cancel the import" dismiss="Let it go on" onConfirm={() => cancel.mutateAsync()} onClose={() => setAsked(null)}>
        Images that it has added so far are removed again. Its files are kept, so it can be started again.
      </ConfirmDialog>
      <ConfirmDialog open={asked === 'remove'} title={`Remove import ${found.id}?`} confirm="Remove it" onConfirm={() => remove.mutateAsync()} onClose={() => setAsked(null)}>
        Its uploaded files and its report are removed. The data set stays as it is.
      </ConfirmDialog>
    </Box>
  )
}
