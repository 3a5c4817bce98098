import Box from '@mui/material/Box'
import { memo } from 'react'
import type { Span } from '@/lib/ansi'

/** The sixteen terminal colours, readable on the log's dark ground (4.5:1 or better). */
const TERMINAL = [
  '#8b96a1', '#ff8a80', '#7bd88f', '#e8c26a', '#82b8ff', '#e29bf0', '#6fd3de', '#dfe5ea',
  '#a3adb7', '#ffa79f', '#9be7ac', '#f2d58c', '#a7cdff', '#efb8f8', '#95e3eb', '#ffffff',
]

const pick = (color: number | string | null): string | undefined =>
  color === null ? undefined : typeof color === 'number' ? TERMINAL[color] : color

function Marked({ text, words }: { text: string; words: string }) {
  if (words === '') return <>{text}</>
  const parts: React.ReactNode[] = []
  const lower = text.toLowerCase()
  const wanted = words.toLowerCase()
  let from = 0
  for (let at = lower.indexOf(wanted); at >= 0; at = lower.indexOf(wanted, from)) {
    parts.push(text.slice(from, at), <mark key={at}>{text.slice(at, at + words.length)}</mark>)
    from = at + words.length
  }
  return (
    <>
      {parts}
      {text.slice(from)}
    </>
  )
}

interface Props {
  /** Counted from 1; null where nobody has counted the lines before. */
  number: number | null
  spans: Span[]
  words: string
  current: boolean
  wrap: boolean
}

export const LogLine = memo(function LogLine({ number, spans, words, current, wrap }: Props) {
  return (
    <Box sx={{ display: 'flex', bgcolor: current ? 'rgba(227, 169, 81, 0.22)' : undefined, '&:hover': { bgcolor: current ? undefined : 'rgba(255,255,255,0.045)' } }}>
      <Box component="span" sx={{ width: 56, flexShrink: 0, textAlign: 'right', pr: 3, color: '#7f8b97', userSelect: 'none' }}>
        {number}
      </Box>
      <Box component="span" sx={{ whiteSpace: wrap ? 'pre-wrap' : 'pre', overflowWrap: wrap ? 'anywhere' : undefined, pr: 4, minWidth: 0 }}>
        {spans.length === 0 && '\u200b'}
        {spans.map((span, index) => (
          <span
            key={index}
            style={{
              color: pick(span.color),
              background: pick(span.background),
              fontWeight: span.bold ? 700 : undefined,
              opacity: span.dim ? 0.7 : undefined,
              fontStyle: span.italic ? 'italic' : undefined,
              textDecoration: span.underline ? 'underline' : undefined,
            }}
          >
            <Marked text={span.text} words={words} />
          </span>
        ))}
      </Box>
    </Box>
  )
})
