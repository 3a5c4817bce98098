/** Colour codes of terminals, read into spans; everything else a terminal understands is dropped. */

export interface Style {
  color: number | string | null
  background: number | string | null
  bold: boolean
  dim: boolean
  italic: boolean
  underline: boolean
}
export interface Span extends Style {
  text: string
}

export const PLAIN: Style = { color: null, background: null, bold: false, dim: false, italic: false, underline: false }

// eslint-disable-next-line no-control-regex -- the escape character is the point
const ESCAPE = /\u001b(?:\[([0-9;:?]*)([A-Za-z])|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[()][A-Z0-9]|[=>])/g
const CUBE = [0, 95, 135, 175, 215, 255]

function extended(codes: number[], at: number): [number | string | null, number] {
  if (codes[at + 1] === 5) {
    const index = codes[at + 2] ?? 0
    if (index < 16) return [index, 2]
    if (index >= 232) return [`rgb(${Array(3).fill(8 + (index - 232) * 10).join(',')})`, 2]
    const rest = index - 16
    const parts = [Math.floor(rest / 36), Math.floor(rest / 6) % 6, rest % 6].map((part) => CUBE[part] ?? 0)
    return [`rgb(${parts.join(',')})`, 2]
  }
  if (codes[at + 1] === 2) return [`rgb(${codes.slice(at + 2, at + 5).join(',')})`, 4]
  return [null, 0]
}

function applied(style: Style, codes: number[]): Style {
  const next = { ...style }
  for (let at = 0; at < codes.length; at += 1) {
    const code = codes[at] ?? 0
    if (code === 0) Object.assign(next, PLAIN)
    else if (code === 1) next.bold = true
    else if (code === 2) next.dim = true
    else if (code === 3) next.italic = true
    else if (code === 4) next.underline = true
    else if (code === 22) next.bold = next.dim = false
    else if (code === 23) next.italic = false
    else if (code === 24) next.underline = false
    else if (code >= 30 && code <= 37) next.color = code - 30
    else if (code >= 90 && code <= 97) next.color = code - 82
    else if (code === 39) next.color = null
    else if (code >= 40 && code <= 47) next.background = code - 40
    else if (code >= 100 && code <= 107) next.background = code - 92
    else if (code === 49) next.background = null
    else if (code === 38 || code === 48) {
      const [value, used] = extended(codes, at)
      if (code === 38) next.color = value
      else next.background = value
      at += used
    }
  }
  return next
}

/** The spans of one line, and the style the next line starts with. */
export function readAnsi(line: string, start: Style = PLAIN): { spans: Span[]; end: Style } {
  const spans: Span[] = []
  let style = start
  let from = 0
  const push = (text: string): void => {
    if (text) spans.push({ text, ...style })
  }
  for (const match of line.matchAll(ESCAPE)) {
    push(line.slice(from, match.index))
    from = match.index + match[0].length
    if (match[2] === 'm') {
      const codes = (match[1] || '0').split(/[;:]/).map((code) => Number(code) || 0)
      style = applied(style, codes)
    }
  }
  push(line.slice(from))
  return { spans, end: style }
}

export const stripAnsi = (line: string): string => line.replace(ESCAPE, '')

/** A progress bar that overwrites itself shows its last state. */
export function lastOverwrite(line: string): string {
  const trimmed = line.endsWith('\r') ? line.slice(0, -1) : line
  const at = trimmed.lastIndexOf('\r')
  return at < 0 ? trimmed : trimmed.slice(at + 1)
}
