import CloudUpload from '@mui/icons-material/CloudUploadOutlined'
import Alert from '@mui/material/Alert'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Dialog from '@mui/material/Dialog'
import DialogActions from '@mui/material/DialogActions'
import DialogContent from '@mui/material/DialogContent'
import DialogTitle from '@mui/material/DialogTitle'
import LinearProgress from '@mui/material/LinearProgress'
import Typography from '@mui/material/Typography'
import { useId, useRef, useState } from 'react'
import { FindingsList, findingsSummary } from '@/components/ui/findings-list'
import { useUploadTemplate, type TemplateUploaded } from '@/features/templates/api/templates'
import { ApiError, messageOf } from '@/lib/errors'
import { bytes, templateTitle } from '@/lib/format'

interface Props {
  project: number
  onClose: () => void
  onOpen: (uploaded: TemplateUploaded) => void
}

/** Uploads a template ZIP and shows what the checks found, line by line; stays open until it is closed. */
export function UploadTemplateDialog({ project, onClose, onOpen }: Props) {
  const upload = useUploadTemplate(project)
  const [file, setFile] = useState<File | null>(null)
  const input = useRef<HTMLInputElement>(null)
  const titleId = useId()
  const findings = upload.data?.findings ?? (upload.error instanceof ApiError ? upload.error.findings : [])
  const choose = (chosen: File | undefined): void => {
    if (!chosen) return
    setFile(chosen)
    upload.mutate(chosen)
    if (input.current) input.current.value = ''
  }
  return (
    <Dialog open fullWidth maxWidth="md" aria-labelledby={titleId}>
      <DialogTitle id={titleId}>Upload a template</DialogTitle>
      <DialogContent>
        <input ref={input} type="file" accept=".zip,application/zip" hidden aria-label="Template ZIP" onChange={(event) => choose(event.target.files?.[0])} />
        <Box
          onDragOver={(event) => event.preventDefault()}
          onDrop={(event) => {
            event.preventDefault()
            choose(event.dataTransfer.files[0])
          }}
          sx={{ border: 2, borderStyle: 'dashed', borderColor: 'divider', borderRadius: 1, p: 5, textAlign: 'center', bgcolor: 'background.default' }}
        >
          <CloudUpload color="primary" sx={{ fontSize: 32 }} />
          <Typography sx={{ fontWeight: 600 }}>{file ? `${file.name} (${bytes(file.size)})` : 'Drop the ZIP that package.sh made'}</Typography>
          <Typography variant="body2" sx={{ color: 'text.secondary', mb: 3 }}>
            It holds provider / category / architecture with a config and a docker folder. A name that is there already becomes its next version; old runs
            keep theirs.
          </Typography>
          <Button variant="outlined" loading={upload.isPending} onClick={() => input.current?.click()}>
            {file ? 'Choose another ZIP' : 'Choose a ZIP'}
          </Button>
        </Box>
        <Box aria-live="polite" sx={{ mt: 4, display: 'grid', gap: 3 }}>
          {upload.isPending && (
            <Box>
              <Typography variant="body2" sx={{ mb: 1 }}>
                Sending and checking…
              </Typography>
              <LinearProgress aria-label="Sending and checking" />
            </Box>
          )}
          {upload.error && <Alert severity="error">{messageOf(upload.error)} Nothing was installed.</Alert>}
          {upload.data && (
            <Alert
              severity={findings.some((finding) => finding.severity === 'warning') ? 'warning' : 'success'}
              action={
                <Button color="inherit" onClick={() => onOpen(upload.data)}>
                  Open it
                </Button>
              }
            >
              {templateTitle(upload.data.template, upload.data.version.number)} is installed. {findingsSummary(findings)}.
            </Alert>
          )}
          {findings.length > 0 && (
            <>
              {upload.error && <Typography variant="h6" component="h3">{findingsSummary(findings)}</Typography>}
              <FindingsList findings={findings} />
            </>
          )}
        </Box>
      </DialogContent>
      <DialogActions sx={{ px: 6, pb: 4 }}>
        <Button onClick={onClose} disabled={upload.isPending}>
          Close
        </Button>
      </DialogActions>
    </Dialog>
  )
}
