import FileDownload from '@mui/icons-material/FileDownloadOutlined'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Chip from '@mui/material/Chip'
import Tooltip from '@mui/material/Tooltip'
import Typography from '@mui/material/Typography'
import type { ModelFile } from '@/api/types'
import { CopyButton } from '@/components/ui/copy-button'
import { bytes, shortDigest } from '@/lib/format'

const CHECKS: Record<string, [string, string, 'default' | 'success' | 'error']> = {
  unchecked: ['Unchecked', 'Not yet compared with the original model’s answers.', 'default'],
  checked: ['Checked', 'Gives the same answers as the original model.', 'success'],
  passed: ['Checked', 'Gives the same answers as the original model.', 'success'],
  failed: ['Differs', 'Its answers differ from the original model’s.', 'error'],
}

/** What people come for stands first. */
const ORDER: ModelFile['role'][] = ['native', 'onnx', 'log', 'config', 'other']

interface Props {
  files: ModelFile[]
  href: (file: ModelFile) => string
}

const isMain = (file: ModelFile): boolean => file.role === 'native' || file.role === 'onnx'

/** Files of a model version, each to be downloaded: the model in its formats, and folded below what came with it. */
export function ModelFiles({ files, href }: Props) {
  const main = files.filter(isMain)
  const more = files.filter((file) => !isMain(file))
  if (main.length === 0 || more.length === 0) return <FileList files={files} href={href} />
  return (
    <>
      <FileList files={main} href={href} />
      <Box component="details" sx={{ borderTop: 1, borderColor: 'divider', pt: 2 }}>
        <Box component="summary" sx={{ cursor: 'pointer', fontSize: 13, fontWeight: 600, color: 'text.secondary', borderRadius: 1 }}>
          More files ({more.length}): {[...new Set(more.map((file) => file.role))].join(', ')}
        </Box>
        <FileList files={more} href={href} />
      </Box>
    </>
  )
}

function FileList({ files, href }: Props) {
  return (
    <Box component="ul" sx={{ listStyle: 'none', m: 0, p: 0 }}>
      {[...files].sort((a, b) => ORDER.indexOf(a.role) - ORDER.indexOf(b.role)).map((file) => {
        const check = file.check_state && (file.format === 'onnx' || file.check_state !== 'unchecked') ? CHECKS[file.check_state] : undefined
        return (
          <Box component="li" key={file.id} sx={{ display: 'flex', gap: 3, py: 2, alignItems: 'center', flexWrap: 'wrap', borderTop: 1, borderColor: 'divider', '&:first-of-type': { borderTop: 0 } }}>
            <Box sx={{ flex: '1 1 200px', minWidth: 0 }}>
              <Box sx={{ display: 'flex', gap: 2, alignItems: 'center', flexWrap: 'wrap' }}>
                <Typography sx={{ fontWeight: 600, overflowWrap: 'anywhere' }}>{file.name}</Typography>
                {file.format && <Chip variant="outlined" label={file.format} />}
                {check && (
                  <Tooltip title={check[1]}>
                    <Chip variant="outlined" color={check[2]} label={check[0]} />
                  </Tooltip>
                )}
              </Box>
              <Typography variant="caption" component="div" sx={{ color: 'text.secondary', display: 'flex', alignItems: 'center', flexWrap: 'wrap', gap: '0 8px' }}>
                <span>
                  {file.role} · {bytes(file.size)}
                </span>
                <code title={file.digest}>sha256 {shortDigest(file.digest)}</code>
                <CopyButton text={file.digest} label={`Copy the digest of ${file.name}`} />
              </Typography>
            </Box>
            <Button component="a" href={href(file)} download variant="outlined" startIcon={<FileDownload />} aria-label={`Download ${file.name}`}>
              Download
            </Button>
          </Box>
        )
      })}
    </Box>
  )
}
