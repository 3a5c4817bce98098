import UploadFile from '@mui/icons-material/UploadFileOutlined'
import Alert from '@mui/material/Alert'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Typography from '@mui/material/Typography'
import { useRef, useState } from 'react'
import type { SplitLists } from '@/api/types'
import { mergeLists } from '@/features/datasets/splits/read-lists'
import { messageOf } from '@/lib/errors'
import { plural } from '@/lib/format'

/** Picks JSON files with lists of indexes or names, and says what they hold. */
export function ListsPicker({ lists, onLists }: { lists: SplitLists | null; onLists: (lists: SplitLists | null) => void }) {
  const input = useRef<HTMLInputElement>(null)
  const [error, setError] = useState<unknown>(null)
  const pick = async (files: File[]): Promise<void> => {
    try {
      onLists(mergeLists(await Promise.all(files.map(async (file) => ({ name: file.name, text: await file.text() })))))
      setError(null)
    } catch (caught) {
      onLists(null)
      setError(caught)
    }
  }
  const found = Object.entries(lists ?? {}).filter(([, entries]) => Array.isArray(entries))
  return (
    <Box sx={{ display: 'grid', gap: 3, justifyItems: 'start' }}>
      <Typography variant="body2" sx={{ color: 'text.secondary' }}>
        One JSON file with the lists <code>train</code>, <code>val</code> and <code>test</code>, or one file per list (<code>train_indices.json</code>, …). Entries are names of images, or
        indexes that count the images from 0 in the order of their names.
      </Typography>
      <Button variant="outlined" startIcon={<UploadFile />} onClick={() => input.current?.click()}>
        Choose JSON files…
      </Button>
      <input
        ref={input}
        type="file"
        accept="application/json,.json"
        multiple
        hidden
        data-testid="split-lists"
        onChange={(event) => {
          const files = [...(event.target.files ?? [])]
          event.target.value = ''
          if (files.length > 0) void pick(files)
        }}
      />
      {found.length > 0 && (
        <Typography variant="body2">{found.map(([name, entries]) => `${name}: ${plural((entries as unknown[]).length, 'image')}`).join(', ')}</Typography>
      )}
      {error !== null && <Alert severity="error">{messageOf(error)}</Alert>}
    </Box>
  )
}
