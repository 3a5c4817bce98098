import Edit from '@mui/icons-material/EditOutlined'
import Alert from '@mui/material/Alert'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import { useState, type FormEvent } from 'react'
import type { RunDetail } from '@/api/types'
import { Section } from '@/components/ui/section'
import { isFinal } from '@/config/states'
import { MONO } from '@/config/theme'
import { useRescore } from '@/features/runs/api/runs'
import { stripAnsi } from '@/lib/ansi'
import { messageOf } from '@/lib/errors'
import { figure } from '@/lib/format'
import { toast } from '@/lib/toasts'

/** The matched line with its last number marked. */
function MatchedLine({ line }: { line: string }) {
  const plain = stripAnsi(line).trim()
  const at = /(-?\d+(?:\.\d+)?(?:e[-+]?\d+)?)(?!.*\d)/i.exec(plain)
  return (
    <Box component="pre" sx={{ m: 0, p: 2.5, bgcolor: 'background.default', border: 1, borderColor: 'divider', borderRadius: 1, fontFamily: MONO, fontSize: 12.5, whiteSpace: 'pre-wrap', overflowWrap: 'anywhere', '& mark': { bgcolor: 'action.selected', color: 'primary.main', fontWeight: 700, borderRadius: '3px', px: 0.5 } }}>
      {at ? (
        <>
          {plain.slice(0, at.index)}
          <mark>{at[0]}</mark>
          {plain.slice(at.index + at[0].length)}
        </>
      ) : (
        plain
      )}
    </Box>
  )
}

/** The score, the line it was read from, and the pattern, which can be changed and run again. */
export function ScoreCard({ run }: { run: RunDetail }) {
  const [pattern, setPattern] = useState<string | null>(null)
  const rescore = useRescore(run.id)
  const mayEdit = run.can.includes('score') || run.can.includes('edit')
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    if (pattern === null) return
    rescore.mutate(pattern, {
      onSuccess: (found) => {
        setPattern(null)
        toast(found.score === null ? 'The pattern fits no line of the log.' : `The score is ${figure(found.score)}.`, found.score === null ? 'info' : 'success')
      },
    })
  }
  return (
    <Section
      title="Score"
      actions={
        mayEdit &&
        isFinal(run.state) &&
        pattern === null && (
          <Button startIcon={<Edit />} onClick={() => setPattern(run.score_regexp)}>
            Change the pattern
          </Button>
        )
      }
    >
      <Box sx={{ display: 'flex', alignItems: 'baseline', gap: 2, mb: 2 }}>
        <Typography sx={{ fontSize: 26, fontWeight: 650, fontVariantNumeric: 'tabular-nums' }}>{isFinal(run.state) || run.score !== null ? figure(run.score) : '…'}</Typography>
        <Typography sx={{ color: 'text.secondary' }}>{run.score_name}</Typography>
      </Box>
      {run.score_line && <MatchedLine line={run.score_line} />}
      {run.score_message && (
        <Typography variant="body2" sx={{ color: 'text.secondary', mt: 2 }}>
          {run.score_message}
        </Typography>
      )}
      {!isFinal(run.state) && !run.score_line && (
        <Typography variant="body2" sx={{ color: 'text.secondary' }}>
          Read from the log when the training has ended.
        </Typography>
      )}
      {pattern !== null ? (
        <Box component="form" onSubmit={submit} sx={{ display: 'grid', gap: 3, mt: 3 }}>
          <TextField label="Regular expression" value={pattern} onChange={(event) => setPattern(event.target.value)} helperText="The last match in the whole log counts; its first group, if that is a number." slotProps={{ htmlInput: { style: { fontFamily: MONO, fontSize: 13 }, spellCheck: false } }} />
          {rescore.error && <Alert severity="error">{messageOf(rescore.error)}</Alert>}
          <Box sx={{ display: 'flex', gap: 2 }}>
            <Button type="submit" variant="contained" loading={rescore.isPending}>
              Read the score again
            </Button>
            <Button
              onClick={() => {
                setPattern(null)
                rescore.reset()
              }}
            >
              Cancel
            </Button>
          </Box>
        </Box>
      ) : (
        <Typography variant="caption" component="div" sx={{ color: 'text.secondary', mt: 2 }}>
          Pattern <code>{run.score_regexp}</code>
        </Typography>
      )}
    </Section>
  )
}
