import { defaultKeymap, history, historyKeymap } from '@codemirror/commands'
import { json } from '@codemirror/lang-json'
import { bracketMatching, HighlightStyle, indentUnit, syntaxHighlighting } from '@codemirror/language'
import { Annotation, EditorState } from '@codemirror/state'
import { EditorView, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view'
import { tags } from '@lezer/highlight'
import Box from '@mui/material/Box'
import { useEffect, useRef } from 'react'
import { MONO } from '@/config/theme'

export interface JsonEditorProps {
  value: string
  onChange?: (text: string) => void
  label: string
  invalid?: boolean
  minHeight?: number
}

const FROM_OUTSIDE = Annotation.define<boolean>()
const color = (name: string): string => `var(--mui-palette-${name})`

const highlight = HighlightStyle.define([
  { tag: tags.propertyName, color: color('primary-main') },
  { tag: tags.string, color: color('success-main') },
  { tag: tags.number, color: color('secondary-main') },
  { tag: [tags.bool, tags.null], color: color('info-main') },
])

const look = EditorView.theme({
  '&': { fontSize: '13px', backgroundColor: 'transparent', color: color('text-primary'), height: '100%' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: MONO, lineHeight: '1.6' },
  '.cm-gutters': { backgroundColor: 'transparent', color: color('text-secondary'), border: 'none' },
  '.cm-activeLine': { backgroundColor: color('action-hover') },
  '.cm-content': { caretColor: color('text-primary') },
  '&.cm-focused .cm-cursor': { borderLeftColor: color('text-primary') },
})

/*
 * The editor lives in a shadow root on purpose: there it keeps its rules in a constructed style sheet, which the strict
 * content policy allows; in the page itself it would write a <style> element, which the policy forbids.
 */
export default function JsonEditor({ value, onChange, label, invalid = false, minHeight = 240 }: JsonEditorProps) {
  const host = useRef<HTMLDivElement>(null)
  const view = useRef<EditorView | null>(null)
  const changed = useRef(onChange)
  const initial = useRef(value)
  useEffect(() => {
    changed.current = onChange
  }, [onChange])

  const readOnly = onChange === undefined
  useEffect(() => {
    if (!host.current) return
    const root = host.current.shadowRoot ?? host.current.attachShadow({ mode: 'open' })
    const editor = new EditorView({
      parent: root,
      root,
      state: EditorState.create({
        doc: initial.current,
        extensions: [
          lineNumbers(),
          history(),
          keymap.of([...defaultKeymap, ...historyKeymap]),
          json(),
          indentUnit.of('  '),
          bracketMatching(),
          highlightActiveLine(),
          syntaxHighlighting(highlight),
          look,
          EditorView.lineWrapping,
          EditorState.readOnly.of(readOnly),
          EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0' }),
          EditorView.updateListener.of((update) => {
            const outside = update.transactions.some((transaction) => transaction.annotation(FROM_OUTSIDE))
            if (update.docChanged && !outside) changed.current?.(update.state.doc.toString())
          }),
        ],
      }),
    })
    view.current = editor
    return () => {
      initial.current = editor.state.doc.toString()
      editor.destroy()
      view.current = null
    }
  }, [label, readOnly])

  useEffect(() => {
    const editor = view.current
    if (!editor || editor.state.doc.toString() === value) return
    editor.dispatch({
      changes: { from: 0, to: editor.state.doc.length, insert: value },
      annotations: FROM_OUTSIDE.of(true),
    })
  }, [value])

  return (
    <Box
      ref={host}
      sx={{
        minHeight,
        height: '100%',
        border: 1,
        borderColor: invalid ? 'error.main' : 'divider',
        borderRadius: 1,
        overflow: 'auto',
        bgcolor: 'background.default',
        '&:focus-within': { borderColor: invalid ? 'error.main' : 'primary.main' },
      }}
    />
  )
}
