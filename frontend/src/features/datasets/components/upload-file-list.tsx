import Box from '@mui/material/Box'
import LinearProgress from '@mui/material/LinearProgress'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useRef } from 'react'
import { fileAt, type UploadFile, type UploadJob } from '@/features/datasets/uploads/upload-job'
import { percent } from '@/lib/format'

const ROW_PX = 30

function word(file: UploadFile): string {
  if (file.state === 'failed') return file.problem ?? 'failed'
  if (file.state === 'done') return 'sent'
  if (file.state === 'waiting') return 'waits'
  return percent(file.size === 0 ? 1 : file.sent / file.size)
}

function FileRow({ file }: { file: UploadFile }) {
  return (
    <>
      <Box sx={{ display: 'grid', gridTemplateColumns: 'minmax(0, 1fr) auto', gap: 2, fontSize: 12 }}>
        <Box component="span" sx={{ overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap', unicodeBidi: 'isolate' }} title={file.name}>
          {file.name}
        </Box>
        <Box component="span" sx={{ color: file.state === 'failed' ? 'error.main' : 'text.secondary', maxWidth: 180, overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }} title={file.problem ?? undefined}>
          {word(file)}
        </Box>
      </Box>
      {file.state === 'sending' && (
        <LinearProgress variant="determinate" aria-label={file.name} value={file.size === 0 ? 100 : (100 * file.sent) / file.size} sx={{ height: 3 }} />
      )}
    </>
  )
}

/** Every file of an upload; only the rows in view are there, so fifty thousand are no burden. */
export function UploadFileList({ job }: { job: UploadJob }) {
  const box = useRef<HTMLDivElement>(null)
  const rows = useVirtualizer({ count: job.files.length, getScrollElement: () => box.current, estimateSize: () => ROW_PX, overscan: 8 })
  return (
    <Box ref={box} tabIndex={0} role="group" aria-label="Files of this upload" sx={{ maxHeight: 220, overflow: 'auto' }}>
      <Box component="ul" sx={{ listStyle: 'none', m: 0, p: 0, position: 'relative', height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map((row) => (
          <Box
            component="li"
            key={row.index}
            aria-setsize={job.files.length}
            aria-posinset={row.index + 1}
            style={{ transform: `translateY(${row.start}px)` }}
            sx={{ position: 'absolute', top: 0, left: 0, right: 0, height: ROW_PX, pr: 2 }}
          >
            <FileRow file={fileAt(job, row.index)} />
          </Box>
        ))}
      </Box>
    </Box>
  )
}
