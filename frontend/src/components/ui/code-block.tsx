import Box from '@mui/material/Box'
import { CopyButton } from '@/components/ui/copy-button'

/** Text as it is, with a button to copy it. */
export function CodeBlock({ text, label, maxHeight = 420 }: { text: string; label: string; maxHeight?: number }) {
  return (
    <Box sx={{ position: 'relative' }}>
      <Box sx={{ position: 'absolute', top: 4, right: 4, bgcolor: 'background.default', borderRadius: 1 }}>
        <CopyButton text={text} label={`Copy ${label}`} />
      </Box>
      <Box
        component="pre"
         
        tabIndex={0}
        aria-label={label}
        sx={{ m: 0, p: 3, pr: 12, maxHeight, overflow: 'auto', fontSize: 12.5, lineHeight: 1.55, bgcolor: 'background.default', border: 1, borderColor: 'divider', borderRadius: 1, whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}
      >
        {text}
      </Box>
    </Box>
  )
}
