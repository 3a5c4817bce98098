import Box from '@mui/material/Box'
import { lazy, Suspense } from 'react'
import Skeleton from '@mui/material/Skeleton'

const Body = lazy(() => import('@/components/ui/markdown-body'))

/** Markdown as text and links; raw HTML in it stays text. */
export function Markdown({ text }: { text: string }) {
  return (
    <Box
      sx={{
        fontSize: 14,
        lineHeight: 1.65,
        maxWidth: 780,
        '& h1': { fontSize: 20, mt: 0 },
        '& h2': { fontSize: 16, mt: 6 },
        '& h3': { fontSize: 14, mt: 4 },
        '& a': { color: 'primary.main' },
        '& pre': { bgcolor: 'background.default', border: 1, borderColor: 'divider', borderRadius: 1, p: 3, overflowX: 'auto', lineHeight: 1.5 },
        '& table': { borderCollapse: 'collapse', display: 'block', overflowX: 'auto' },
        '& th, & td': { border: 1, borderColor: 'divider', px: 2.5, py: 1, textAlign: 'left', fontSize: 13 },
        '& img': { maxWidth: '100%' },
        '& :first-of-type': { mt: 0 },
      }}
    >
      <Suspense fallback={<Skeleton variant="rounded" height={120} />}>
        <Body text={text} />
      </Suspense>
    </Box>
  )
}
