import Check from '@mui/icons-material/CheckOutlined'
import ContentCopy from '@mui/icons-material/ContentCopyOutlined'
import IconButton from '@mui/material/IconButton'
import Tooltip from '@mui/material/Tooltip'
import { useState } from 'react'
import { toast } from '@/lib/toasts'

/** Copies also on plain http, where the clipboard API is not offered. */
async function copy(text: string): Promise<void> {
  if (window.isSecureContext) return navigator.clipboard.writeText(text)
  const area = document.createElement('textarea')
  area.value = text
  document.body.append(area)
  area.select()
  document.execCommand('copy')
  area.remove()
}

export function CopyButton({ text, label }: { text: string; label: string }) {
  const [copied, setCopied] = useState(false)
  const run = (): void => {
    copy(text).then(
      () => {
        setCopied(true)
        setTimeout(() => setCopied(false), 1500)
      },
      () => toast('Copying was not allowed by the browser. Select the text and copy it by hand.', 'error'),
    )
  }
  return (
    <Tooltip title={copied ? 'Copied' : label}>
      <IconButton aria-label={label} onClick={run}>
        {copied ? <Check fontSize="small" color="success" /> : <ContentCopy fontSize="small" />}
      </IconButton>
    </Tooltip>
  )
}
