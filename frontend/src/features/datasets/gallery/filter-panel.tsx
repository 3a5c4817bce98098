import RemoveCircle from '@mui/icons-material/RemoveCircleOutlined'
import RemoveCircleOutline from '@mui/icons-material/RemoveCircleOutlineOutlined'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Checkbox from '@mui/material/Checkbox'
import FormControlLabel from '@mui/material/FormControlLabel'
import IconButton from '@mui/material/IconButton'
import Switch from '@mui/material/Switch'
import Tooltip from '@mui/material/Tooltip'
import Typography from '@mui/material/Typography'
import { useQuery } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import type { Dataset, LabelRow } from '@/api/types'
import { facetsQuery } from '@/features/datasets/api/gallery'
import { FALLBACK_COLOR } from '@/features/datasets/components/shape-overlay'
import { RANGES, toggled, type ManyKey } from '@/features/datasets/gallery/filter'
import { useFindingTitles } from '@/features/datasets/gallery/use-finding-titles'
import { RangeField } from '@/features/datasets/gallery/range-field'
import { PART_LABELS, partWord } from '@/features/datasets/splits/parts'
import { ago, count } from '@/lib/format'

const LABELS_SHOWN = 12

function Group({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Box component="fieldset" sx={{ border: 0, p: 0, m: 0, minWidth: 0 }}>
      <Typography component="legend" variant="subtitle2" sx={{ p: 0, mb: 1 }}>
        {title}
      </Typography>
      {children}
    </Box>
  )
}

interface ChoiceProps {
  label: ReactNode
  name: string
  number?: number
  checked: boolean
  onChange: () => void
  end?: ReactNode
}

function Choice({ label, name, number, checked, onChange, end }: ChoiceProps) {
  return (
    <Box sx={{ display: 'flex', alignItems: 'center', minWidth: 0 }}>
      <FormControlLabel
        control={<Checkbox checked={checked} onChange={onChange} sx={{ p: 0.75 }} slotProps={{ input: { 'aria-label': name } }} />}
        label={label}
        disableTypography
        sx={{ flex: 1, minWidth: 0, ml: -0.75, mr: 1, fontSize: 13, '& > span:last-child': { overflow: 'hidden' } }}
      />
      {number !== undefined && (
        <Typography variant="caption" sx={{ color: 'text.secondary', fontVariantNumeric: 'tabular-nums' }}>
          {count(number)}
        </Typography>
      )}
      {end}
    </Box>
  )
}

interface Props {
  dataset: Dataset
  params: URLSearchParams
  onChange: (params: URLSearchParams) => void
}

/** What the pictures can be narrowed down by. */
export function FilterPanel({ dataset, params, onChange }: Props) {
  const facets = useQuery(facetsQuery(dataset.id)).data
  const [all, setAll] = useState(false)
  const together = params.has('label_all') || params.getAll('label').length > 1
  const key: ManyKey = params.has('label_all') ? 'label_all' : 'label'
  const toggle = (which: ManyKey, value: string): void => onChange(toggled(params, which, value))
  const set = (change: Record<string, string>): void => {
    const next = new URLSearchParams(params)
    for (const [name, value] of Object.entries(change)) {
      if (value === '') next.delete(name)
      else next.set(name, value)
    }
    onChange(next)
  }
  const swap = (): void => {
    const other = key === 'label' ? 'label_all' : 'label'
    onChange(new URLSearchParams([...params].map(([name, value]) => [name === key ? other : name, value])))
  }
  const exclude = (name: string): void => {
    const kept = new URLSearchParams([...params].filter(([k, v]) => !((k === 'label' || k === 'label_all') && v === name)))
    onChange(toggled(kept, 'label_none', name))
  }
  const isChosen = (label: LabelRow): boolean => params.getAll(key).includes(label.name) || params.getAll('label_none').includes(label.name)
  const sorted = [...dataset.labels].sort((a, b) => b.shape_count - a.shape_count)
  const shown = all ? sorted : sorted.filter((label, index) => index < LABELS_SHOWN || isChosen(label))
  const kinds = Object.entries(dataset.kind_counts)
  const parts = Object.keys(PART_LABELS).flatMap((part) => (facets?.parts[part] === undefined ? [] : [[part, facets.parts[part]] as const]))
  const findingTitle = useFindingTitles(dataset.id)
  const findings = Object.entries(facets?.findings ?? {})
  const imports = facets?.imports ?? []
  return (
    <Box component="aside" aria-label="Filters" sx={{ display: 'grid', gap: 4 }}>
      {sorted.length > 0 && (
        <Group title="Class">
          {shown.map((label) => {
            const excluded = params.getAll('label_none').includes(label.name)
            return (
              <Choice
                key={label.id}
                name={`With ${label.name}`}
                checked={params.getAll(key).includes(label.name)}
                onChange={() => onChange(toggled(excluded ? toggled(params, 'label_none', label.name) : params, key, label.name))}
                number={label.shape_count}
                label={
                  <Box component="span" sx={{ display: 'flex', alignItems: 'center', gap: 1.5, minWidth: 0, textDecoration: excluded ? 'line-through' : 'none' }}>
                    <Box component="span" aria-hidden style={{ background: label.color || FALLBACK_COLOR }} sx={{ width: 10, height: 10, borderRadius: '3px', flexShrink: 0 }} />
                    <Box component="span" title={label.name} sx={{ overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}>
                      {label.name}
                    </Box>
                  </Box>
                }
                end={
                  <Tooltip title={excluded ? 'No longer leave these out' : `Only images without ${label.name}`}>
                    <IconButton aria-label={`Without ${label.name}`} aria-pressed={excluded} onClick={() => exclude(label.name)} sx={{ p: 0.75, ml: 0.5 }} color={excluded ? 'primary' : 'default'}>
                      {excluded ? <RemoveCircle sx={{ fontSize: 16 }} /> : <RemoveCircleOutline sx={{ fontSize: 16 }} />}
                    </IconButton>
                  </Tooltip>
                }
              />
            )
          })}
          {sorted.length > LABELS_SHOWN && (
            <Button onClick={() => setAll(!all)} sx={{ mt: 0.5 }}>
              {all ? 'Fewer' : `All ${count(sorted.length)} classes`}
            </Button>
          )}
          {together && (
            <FormControlLabel
              control={<Switch checked={key === 'label_all'} onChange={swap} />}
              label="All of them on one image"
              disableTypography
              sx={{ fontSize: 13, ml: -0.5, mt: 0.5 }}
            />
          )}
        </Group>
      )}
      {parts.length > 0 && (
        <Group title="Split">
          {parts.map(([part, number]) => (
            <Choice key={part} name={partWord(part)} label={partWord(part)} number={number} checked={params.getAll('part').includes(part)} onChange={() => toggle('part', part)} />
          ))}
        </Group>
      )}
      {kinds.length > 0 && (
        <Group title="Kind of annotation">
          {kinds.map(([kind, number]) => (
            <Choice key={kind} name={kind} label={kind} number={number} checked={params.getAll('kind').includes(kind)} onChange={() => toggle('kind', kind)} />
          ))}
        </Group>
      )}
      <Group title="Annotated">
        {(['true', 'false'] as const).map((value) => (
          <Choice
            key={value}
            name={value === 'true' ? 'annotated' : 'not annotated'}
            label={value === 'true' ? 'annotated' : 'not annotated'}
            number={value === 'true' ? dataset.annotated_count : dataset.image_count - dataset.annotated_count}
            checked={params.get('annotated') === value}
            onChange={() => set({ annotated: params.get('annotated') === value ? '' : value })}
          />
        ))}
      </Group>
      {findings.length > 0 && (
        <Group title="Finding">
          {findings.map(([code, number]) => (
            <Choice key={code} name={findingTitle(code)} label={findingTitle(code)} number={number} checked={params.getAll('finding').includes(code)} onChange={() => toggle('finding', code)} />
          ))}
        </Group>
      )}
      <Group title="Numbers and sizes">
        <Box sx={{ display: 'grid', gap: 2 }}>
          {RANGES.map(({ key: name, label, unit }) => (
            <RangeField
              key={name}
              label={label}
              unit={unit}
              low={params.get(`${name}_min`) ?? ''}
              high={params.get(`${name}_max`) ?? ''}
              onChange={(low, high) => set({ [`${name}_min`]: low, [`${name}_max`]: high })}
            />
          ))}
        </Box>
      </Group>
      {imports.length > 1 && (
        <Group title="Brought by">
          {imports.map((found) => {
            const value = String(found.id)
            const name = `import ${value}, ${ago(found.created_at)}`
            return <Choice key={value} name={name} label={name} number={found.images} checked={params.get('dataset_import') === value} onChange={() => set({ dataset_import: params.get('dataset_import') === value ? '' : value })} />
          })}
        </Group>
      )}
    </Box>
  )
}
