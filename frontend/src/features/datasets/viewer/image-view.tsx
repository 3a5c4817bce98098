import Box from '@mui/material/Box'
import Typography from '@mui/material/Typography'
import { useEffect, useMemo, useRef, useState } from 'react'
import type { Dataset, ImageDetail, Pair } from '@/api/types'
import { FALLBACK_COLOR } from '@/features/datasets/components/shape-overlay'
import { ChosenShape } from '@/features/datasets/editor/chosen-shape'
import { ConflictDialog } from '@/features/datasets/editor/conflict-dialog'
import { EditLayer, type Tool } from '@/features/datasets/editor/edit-layer'
import { EditToolbar } from '@/features/datasets/editor/edit-toolbar'
import { firstClass, keepClass } from '@/features/datasets/editor/first-class'
import { moved, resized } from '@/features/datasets/editor/geometry'
import { ShortcutsDialog } from '@/features/datasets/editor/shortcuts-dialog'
import { TagEditor } from '@/features/datasets/editor/tag-editor'
import { useEditor } from '@/features/datasets/editor/use-editor'
import { ImageFacts } from '@/features/datasets/viewer/image-facts'
import { ShapeLayer } from '@/features/datasets/viewer/shape-layer'
import { ShapeList } from '@/features/datasets/viewer/shape-list'
import { Stage } from '@/features/datasets/viewer/stage'
import { useViewport } from '@/features/datasets/viewer/use-viewport'
import { ViewTools } from '@/features/datasets/viewer/view-tools'

const ARROWS: Record<string, Pair> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }
const STEP = 1.4
export const STAGE_HEIGHT = { xs: '56vh', md: 'max(360px, calc(100vh - 208px))' }

interface Props {
  dataset: Dataset
  image: ImageDetail
  editing: boolean
  onEditing: (editing: boolean) => void
  onPrevious?: () => void
  onNext?: () => void
}

const isTyping = (target: EventTarget | null): boolean => target instanceof HTMLElement && target.closest('input, textarea, select, [role="listbox"], [role="dialog"], [role="menu"]') !== null

/** One picture with its annotations: look, zoom, and, for those who may, change what is drawn. */
export function ImageView({ dataset, image, editing, onEditing, onPrevious, onNext }: Props) {
  const stage = useRef<HTMLDivElement>(null)
  const mayEdit = dataset.can.includes('edit')
  const viewport = useViewport(stage, image.width, image.height)
  const editor = useEditor(dataset.id, image, mayEdit)
  const { state, dispatch } = editor
  const colors = useMemo(() => new Map(dataset.labels.map((label) => [label.name, label.color || FALLBACK_COLOR])), [dataset.labels])
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set())
  const [shown, setShown] = useState(true)
  const [hovered, setHovered] = useState<number | null>(null)
  const [tool, setTool] = useState<Tool>('select')
  const [label, setLabel] = useState(() => firstClass(dataset.id, dataset.labels))
  const [outline, setOutline] = useState<Pair[]>([])
  const [help, setHelp] = useState(false)
  const shapes = mayEdit ? state.shapes : image.shapes
  const chosen = shapes.find((shape) => shape.id === state.selected)
  const size = { width: image.width, height: image.height }
  const visible = shown ? shapes.filter((shape) => !hidden.has(shape.label)) : []

  const hide = (name: string): void =>
    setHidden((old) => {
      const next = new Set(old)
      if (!next.delete(name)) next.add(name)
      return next
    })
  const classify = (name: string): void => {
    setLabel(name)
    keepClass(dataset.id, name)
    if (editing && chosen) dispatch({ type: 'change', id: chosen.id, to: (shape) => ({ ...shape, label: name }) })
  }
  const finishOutline = (): void => {
    if (outline.length >= 3) dispatch({ type: 'add', shape: { kind: 'polygon', label, geometry: { points: outline } } })
    setOutline([])
    setTool('select')
  }
  const boxInTheMiddle = (): void => {
    const node = stage.current
    const box = node?.getBoundingClientRect()
    if (!box) return
    const [x, y] = viewport.toImage(box.left + box.width / 2, box.top + box.height / 2)
    const half = Math.max(2, Math.min(image.width, image.height) / 10)
    const geometry = { x1: Math.max(0, x - half), y1: Math.max(0, y - half), x2: Math.min(image.width, x + half), y2: Math.min(image.height, y + half), rotation: 0 }
    dispatch({ type: 'add', shape: { kind: 'box', label, geometry } })
    setTool('select')
  }
  const cycle = (step: number): void => {
    const drawn = shapes.filter((shape) => shape.kind !== 'tag')
    if (drawn.length === 0) return
    const at = drawn.findIndex((shape) => shape.id === state.selected)
    dispatch({ type: 'select', id: drawn[(at + step + drawn.length + (at < 0 && step < 0 ? 1 : 0)) % drawn.length]?.id ?? null })
  }
  const nudge = (event: KeyboardEvent, [x, y]: Pair): boolean => {
    if (!chosen) return false
    const far = event.shiftKey ? 10 : 1
    if (event.altKey && chosen.kind === 'box') {
      const { x2, y2 } = chosen.geometry
      dispatch({
        type: 'change',
        id: chosen.id,
        to: (shape) => (shape.kind === 'box' ? { ...shape, geometry: resized(shape.geometry, [x === 0 ? 0 : 1, y === 0 ? 0 : 1], [x2 + x * far, y2 + y * far], size) } : shape),
        merge: `size ${chosen.id}`,
      })
    } else dispatch({ type: 'change', id: chosen.id, to: (shape) => moved(shape, x * far, y * far, size), merge: `nudge ${chosen.id}` })
    return true
  }
  const editKey = (event: KeyboardEvent): boolean => {
    const key = event.key.toLowerCase()
    if (event.ctrlKey || event.metaKey) {
      if (key === 's') {
        if (editor.dirty && !editor.saving) void editor.save()
      } else if (key === 'z') dispatch({ type: event.shiftKey ? 'redo' : 'undo' })
      else if (key === 'y') dispatch({ type: 'redo' })
      else return false
      return true
    }
    const arrow = ARROWS[event.key]
    if (arrow) return nudge(event, arrow)
    if (key === 'v') setTool('select')
    else if (key === 'b') setTool('box')
    else if (key === 'p') setTool('polygon')
    else if (key === 'n') cycle(event.shiftKey ? -1 : 1)
    else if (key === 'enter' && tool === 'polygon') finishOutline()
    else if (key === 'enter' && tool === 'box' && !(event.target instanceof HTMLButtonElement)) boxInTheMiddle()
    else if (key === 'delete' || key === 'backspace') {
      if (outline.length > 0) setOutline(outline.slice(0, -1))
      else if (chosen) dispatch({ type: 'remove', id: chosen.id })
    } else if (key === 'escape') {
      if (outline.length > 0) setOutline([])
      else if (tool !== 'select') setTool('select')
      else dispatch({ type: 'select', id: null })
    } else if (/^[1-9]$/.test(key)) {
      const name = dataset.labels[Number(key) - 1]?.name
      if (name) classify(name)
    } else return false
    return true
  }
  const viewKey = (event: KeyboardEvent): boolean => {
    if (event.ctrlKey || event.metaKey || event.altKey) return false
    if (event.key === 'ArrowLeft') onPrevious?.()
    else if (event.key === 'ArrowRight') onNext?.()
    else if (event.key === '+' || event.key === '=') viewport.zoom(STEP)
    else if (event.key === '-') viewport.zoom(1 / STEP)
    else if (event.key === '0') viewport.fit()
    else if (event.key === '?') setHelp(true)
    else if (event.key.toLowerCase() === 's') setShown(!shown)
    else if (event.key.toLowerCase() === 'e' && mayEdit) onEditing(!editing)
    else return false
    return true
  }
  const keys = useRef<(event: KeyboardEvent) => void>(() => undefined)
  useEffect(() => {
    keys.current = (event) => {
      if (isTyping(event.target) || document.querySelector('[role="dialog"]')) return
      if ((editing && editKey(event)) || viewKey(event)) event.preventDefault()
    }
  })
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => keys.current(event)
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [])

  return (
    <Box sx={{ display: 'grid', gap: 4, gridTemplateColumns: { xs: 'minmax(0, 1fr)', md: 'minmax(0, 1fr) 300px' }, alignItems: 'start' }}>
      <Box sx={{ minWidth: 0 }}>
        {editing && (
          <EditToolbar editor={editor} tool={tool} onTool={setTool} labels={dataset.labels} label={chosen?.label ?? label} onLabel={classify} onDone={() => onEditing(false)} />
        )}
        <Box sx={{ height: STAGE_HEIGHT, position: 'relative' }}>
          <Stage stage={stage} viewport={viewport} image={image} editing={editing}>
            {editing ? (
              <EditLayer
                state={state}
                dispatch={dispatch}
                tool={tool}
                label={label}
                colors={colors}
                hidden={hidden}
                size={size}
                viewport={viewport}
                outline={outline}
                onOutline={setOutline}
                onDrawn={() => setTool('select')}
              />
            ) : (
              <ShapeLayer shapes={visible} colors={colors} width={image.width} height={image.height} scale={viewport.view.scale} highlighted={hovered ?? state.selected} />
            )}
          </Stage>
          <ViewTools viewport={viewport} shown={shown} onShown={setShown} onHelp={() => setHelp(true)} />
        </Box>
      </Box>
      <Box component="aside" aria-label="About this image" sx={{ minWidth: 0, maxHeight: { md: 'calc(100vh - 150px)' }, overflowY: { md: 'auto' }, pr: 1 }}>
        {editing && <TagEditor shapes={state.shapes} labels={dataset.labels} dispatch={dispatch} />}
        {editing && chosen && chosen.kind !== 'tag' && <ChosenShape shape={chosen} labels={dataset.labels} dispatch={dispatch} />}
        {!editing && editor.dirty && (
          <Typography variant="body2" sx={{ color: 'secondary.main', mb: 3 }}>
            There is work on this image that is not saved. Edit to go on with it.
          </Typography>
        )}
        <Typography variant="h4" component="h2" sx={{ mb: 2 }}>
          Annotations
        </Typography>
        <ShapeList
          shapes={shapes}
          colors={colors}
          hidden={hidden}
          onHide={hide}
          selected={state.selected}
          onHover={setHovered}
          onSelect={(id) => dispatch({ type: 'select', id: id === state.selected ? null : id })}
          onRemove={editing ? (id) => dispatch({ type: 'remove', id }) : undefined}
        />
        <Typography variant="h4" component="h2" sx={{ mt: 5, mb: 2 }}>
          Image
        </Typography>
        <ImageFacts image={image} />
      </Box>
      {help && <ShortcutsDialog editing={mayEdit} onClose={() => setHelp(false)} />}
      {editor.conflict && (
        <ConflictDialog conflict={editor.conflict} mine={state.shapes} colors={colors} onTheirs={editor.takeTheirs} onMine={editor.keepMine} onClose={editor.closeConflict} />
      )}
    </Box>
  )
}
