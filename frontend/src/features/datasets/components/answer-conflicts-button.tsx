import HelpOutline from '@mui/icons-material/HelpOutlineOutlined'
import Button from '@mui/material/Button'
import { lazy, Suspense, useState } from 'react'

const ConflictsDialog = lazy(() => import('@/features/datasets/components/conflicts-dialog').then(({ ConflictsDialog: Component }) => ({ default: Component })))

/** Opens the questions of an import that waits for answers. */
export function AnswerConflictsButton({ importId }: { importId: number }) {
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button variant="contained" startIcon={<HelpOutline />} onClick={() => setOpen(true)} sx={{ mt: 2 }}>
        Compare and answer
      </Button>
      {open && (
        <Suspense fallback={null}>
          <ConflictsDialog importId={importId} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  )
}
