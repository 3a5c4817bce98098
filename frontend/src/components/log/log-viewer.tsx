import ArrowDown from '@mui/icons-material/KeyboardArrowDownOutlined'
import ArrowUp from '@mui/icons-material/KeyboardArrowUpOutlined'
import Download from '@mui/icons-material/FileDownloadOutlined'
import Expand from '@mui/icons-material/ChevronRightOutlined'
import VerticalAlignBottom from '@mui/icons-material/VerticalAlignBottomOutlined'
import WrapText from '@mui/icons-material/WrapTextOutlined'
import Alert from '@mui/material/Alert'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Chip from '@mui/material/Chip'
import IconButton from '@mui/material/IconButton'
import Tooltip from '@mui/material/Tooltip'
import Typography from '@mui/material/Typography'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react'
import { LogLine } from '@/components/log/log-line'
import { SearchField } from '@/components/ui/search-field'
import { MONO } from '@/config/theme'
import { bytes, count, plural } from '@/lib/format'
import type { LogBuffer, Phase } from '@/lib/log-buffer'
import { logDownloadUrl, LogStream, type LogStatus } from '@/lib/log-stream'

const LINE_HEIGHT = 20
const NEAR_END = 40

const STATUS: Record<LogStatus, string> = {
  loading: 'Loading…',
  live: 'Live',
  reconnecting: 'Connection lost, trying again…',
  complete: 'Complete',
  failed: 'Cut off',
}

function useLogStream(execution: number): LogStream {
  const [stream] = useState(() => new LogStream(execution))
  useEffect(() => {
    void stream.start()
    return () => stream.stop()
  }, [stream])
  useSyncExternalStore(stream.subscribe, stream.getSnapshot)
  return stream
}

/** The indices of lines on screen: all but those of closed phases (a phase's own line stays). */
function visibleLines(buffer: LogBuffer, closed: ReadonlySet<Phase>): number[] | null {
  if (closed.size === 0) return null
  const hidden = buffer.phases
    .map((phase, index) => ({ phase, from: phase.line, to: buffer.phases[index + 1]?.line ?? buffer.lines.length }))
    .filter((range) => closed.has(range.phase))
  const shown: number[] = []
  let next = 0
  for (let line = 0; line < buffer.lines.length; line += 1) {
    const range = hidden[next]
    if (range && line >= range.to) next += 1
    const current = hidden[next]
    if (!current || line <= current.from || line >= current.to) shown.push(line)
  }
  return shown
}

interface Props {
  execution: number
  height?: number | string
  droppedBytes?: number
  empty?: string
}

function Viewer({ execution, height = 'max(360px, calc(100vh - 330px))', droppedBytes = 0, empty = 'Nothing was printed yet.' }: Props) {
  const stream = useLogStream(execution)
  const { buffer } = stream
  const [follow, setFollow] = useState(true)
  const [wrap, setWrap] = useState(false)
  const [words, setWords] = useState('')
  const [hit, setHit] = useState(0)
  const [closed, setClosed] = useState<ReadonlySet<Phase>>(new Set())
  const scroller = useRef<HTMLDivElement>(null)
  const lastTop = useRef(0)

  const version = buffer.version
  // eslint-disable-next-line react-hooks/exhaustive-deps -- the buffer is one growing object; its version says when it changed
  const shown = useMemo(() => visibleLines(buffer, closed), [buffer, closed, version])
  // eslint-disable-next-line react-hooks/exhaustive-deps -- as above
  const hits = useMemo(() => buffer.find(words), [buffer, words, version])
  const total = shown?.length ?? buffer.lines.length
  const virtual = useVirtualizer({
    count: total,
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE_HEIGHT,
    overscan: 20,
  })

  useEffect(() => {
    if (follow && total > 0) virtual.scrollToIndex(total - 1, { align: 'end' })
  }, [follow, total, version, virtual])

  const onScroll = useCallback(() => {
    const element = scroller.current
    if (!element) return
    const up = element.scrollTop < lastTop.current - 2
    lastTop.current = element.scrollTop
    const rest = element.scrollHeight - element.scrollTop - element.clientHeight
    if (up && rest > NEAR_END) setFollow(false)
    else if (rest < 4) setFollow(true)
  }, [])

  const rowOf = useCallback((line: number) => (shown ? shown.indexOf(line) : line), [shown])
  const jump = useCallback(
    (line: number): void => {
      setFollow(false)
      virtual.scrollToIndex(Math.max(0, rowOf(line)), { align: 'center' })
    },
    [rowOf, virtual],
  )
  const goToHit = (index: number): void => {
    if (hits.length === 0) return
    const next = (index + hits.length) % hits.length
    setHit(next)
    const line = hits[next]
    if (line === undefined) return
    setClosed(new Set())
    setFollow(false)
    virtual.scrollToIndex(line, { align: 'center' })
  }
  const search = useCallback((text: string) => {
    setWords(text)
    setHit(0)
  }, [])
  const toggle = (phase: Phase): void => {
    setClosed((old) => {
      const next = new Set(old)
      if (!next.delete(phase)) next.add(phase)
      return next
    })
  }
  const current = hits[hit]
  const foldable = new Map(buffer.phases.map((phase) => [phase.line, phase]))

  return (
    <Box>
      <Box sx={{ display: 'flex', gap: 2, alignItems: 'center', flexWrap: 'wrap', mb: 2 }}>
        <SearchField value={words} onChange={search} label="Search the log" width={240} />
        {words !== '' && (
          <Box sx={{ display: 'flex', alignItems: 'center', gap: 1 }}>
            <Typography variant="body2" role="status">
              {hits.length === 0 ? 'No match' : `${hit + 1} of ${count(hits.length)}`}
            </Typography>
            <IconButton aria-label="Previous match" disabled={hits.length === 0} onClick={() => goToHit(hit - 1)}>
              <ArrowUp />
            </IconButton>
            <IconButton aria-label="Next match" disabled={hits.length === 0} onClick={() => goToHit(hit + 1)}>
              <ArrowDown />
            </IconButton>
          </Box>
        )}
        {buffer.phases.slice(0, 6).map((phase) => (
          <Chip key={phase.line} variant="outlined" label={phase.title.slice(0, 40)} onClick={() => jump(phase.line)} />
        ))}
        <Box sx={{ flex: 1 }} />
        <Typography variant="body2" sx={{ color: 'text.secondary' }} role="status">
          {STATUS[stream.status]} · {buffer.start > 0 && 'last '}
          {plural(buffer.lines.length, 'line')} · {bytes(buffer.offset)}
        </Typography>
        <Tooltip title={wrap ? 'Long lines scroll' : 'Wrap long lines'}>
          <IconButton aria-label="Wrap long lines" aria-pressed={wrap} color={wrap ? 'primary' : 'default'} onClick={() => setWrap(!wrap)}>
            <WrapText fontSize="small" />
          </IconButton>
        </Tooltip>
        <Button component="a" href={logDownloadUrl(execution)} download startIcon={<Download />}>
          Download
        </Button>
      </Box>
      {stream.problem && (
        <Alert severity="error" sx={{ mb: 2 }}>
          {stream.problem}
        </Alert>
      )}
      {droppedBytes > 0 && (
        <Alert severity="warning" sx={{ mb: 2 }}>
          The log grew over its limit; {bytes(droppedBytes)} in between were dropped.
        </Alert>
      )}
      {buffer.start > 0 && <EarlierPart stream={stream} onShow={() => setFollow(false)} />}
      <Box sx={{ position: 'relative' }}>
        <Box
          ref={scroller}
          onScroll={onScroll}
           
          tabIndex={0}
          role="log"
          aria-label="Log"
          aria-live="off"
          sx={{
            height,
            overflow: 'auto',
            bgcolor: '#11161b',
            color: '#dfe5ea',
            border: 1,
            borderColor: 'divider',
            borderRadius: 1,
            fontFamily: MONO,
            fontSize: 12.5,
            lineHeight: `${LINE_HEIGHT}px`,
            py: 2,
            colorScheme: 'dark',
            '& mark': { bgcolor: '#e3a951', color: '#1c1200' },
          }}
        >
          {total === 0 && (
            <Box sx={{ px: 4, color: '#9fabb6', fontFamily: 'inherit' }}>{stream.status === 'loading' ? 'Loading…' : empty}</Box>
          )}
          <Box sx={{ height: virtual.getTotalSize(), position: 'relative', minWidth: wrap ? 0 : 'max-content' }}>
            {virtual.getVirtualItems().map((item) => {
              const line = shown?.[item.index] ?? item.index
              const phase = foldable.get(line)
              return (
                <div
                  key={item.key}
                  data-index={item.index}
                  ref={wrap ? virtual.measureElement : undefined}
                  style={{ position: 'absolute', top: 0, left: 0, minWidth: '100%', width: wrap ? '100%' : undefined, transform: `translateY(${item.start}px)` }}
                >
                  {phase !== undefined && (
                    <IconButton
                      aria-label={`${closed.has(phase) ? 'Open' : 'Close'} ${phase.title}`}
                      aria-expanded={!closed.has(phase)}
                      onClick={() => toggle(phase)}
                      sx={{ position: 'absolute', left: 0, top: 0, p: 0, color: '#9fabb6' }}
                    >
                      <Expand sx={{ fontSize: 18, transform: closed.has(phase) ? undefined : 'rotate(90deg)' }} />
                    </IconButton>
                  )}
                  <LogLine number={buffer.before === null ? null : buffer.before + line + 1} spans={buffer.spans(line)} words={words} current={line === current && words !== ''} wrap={wrap} />
                </div>
              )
            })}
          </Box>
        </Box>
        {!follow && stream.status !== 'complete' && (
          <Button
            variant="contained"
            startIcon={<VerticalAlignBottom />}
            onClick={() => setFollow(true)}
            sx={{ position: 'absolute', bottom: 16, right: 24 }}
          >
            Follow the end
          </Button>
        )}
      </Box>
    </Box>
  )
}

/** What stands before the lines shown of a long log, and how to get at it. */
function EarlierPart({ stream, onShow }: { stream: LogStream; onShow: () => void }) {
  const { buffer } = stream
  const show = (): void => {
    onShow()
    void stream.loadEarlier()
  }
  return (
    <Alert
      severity="info"
      sx={{ mb: 2 }}
      action={
        !buffer.full && (
          <Button color="inherit" disabled={stream.loadingEarlier} onClick={show}>
            {stream.loadingEarlier ? 'Loading…' : 'Show earlier lines'}
          </Button>
        )
      }
    >
      This is the end of a long log: {bytes(buffer.start)} stand before it.
      {buffer.full && ' Download it to read further back.'}
    </Alert>
  )
}

/** A log that grows while it is read: follows the end until somebody scrolls up; hundreds of thousands of lines are fine. */
export function LogViewer(props: Props) {
  return <Viewer key={props.execution} {...props} />
}
