import Alert from '@mui/material/Alert'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Checkbox from '@mui/material/Checkbox'
import Dialog from '@mui/material/Dialog'
import DialogActions from '@mui/material/DialogActions'
import DialogContent from '@mui/material/DialogContent'
import DialogTitle from '@mui/material/DialogTitle'
import FormControlLabel from '@mui/material/FormControlLabel'
import MenuItem from '@mui/material/MenuItem'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import useMediaQuery from '@mui/material/useMediaQuery'
import type { Theme } from '@mui/material/styles'
import { useId, useState, type FormEvent } from 'react'
import type { Dataset, GroupSource, SplitDetail, SplitLists, SplitMethod, SplitRecipe } from '@/api/types'
import { MONO } from '@/config/theme'
import { useCreateSplit } from '@/features/datasets/api/splits'
import { ListsPicker } from '@/features/datasets/splits/lists-picker'
import { METHOD_LABELS } from '@/features/datasets/splits/parts'
import { RecipePreview } from '@/features/datasets/splits/recipe-preview'
import { SharesField } from '@/features/datasets/splits/shares-field'
import { useSettled } from '@/features/datasets/splits/use-settled'
import { ApiError, messageOf } from '@/lib/errors'

const METHODS: [SplitMethod, string][] = [
  ['stratified', 'Every class, rare ones too, reaches every part in its share.'],
  ['random', 'Each image for itself, whatever it shows.'],
  ['group', 'What belongs together goes into one part; classes are balanced as far as that allows.'],
  ['lists', 'Exactly the images that JSON lists name.'],
  ['manual', 'Starts empty; you put images into parts.'],
]
const SOURCES: [GroupSource, string, string][] = [
  ['folder', 'Folder', 'Images that were uploaded in one folder stay together.'],
  ['pattern', 'Part of the file name', 'What the round brackets of the pattern match tells which images belong together.'],
  ['near', 'Images that look alike', 'Copies, re-saved files and neighbouring frames stay together.'],
  ['cvat_job', 'CVAT job', 'Images that were annotated in one job stay together.'],
]
const NEAR_BITS = 4
const LARGEST_SEED = Number.MAX_SAFE_INTEGER
const START: SplitRecipe = { method: 'stratified', shares: { train: 70, val: 15, test: 15 }, seed: 42, group_by: '', pattern: '', near_bits: NEAR_BITS }

/** A free name to begin with. */
function freeName(taken: readonly string[]): string {
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? 'Default' : `Split ${number}`
    if (!taken.includes(name)) return name
  }
}

function RecipeFields({ recipe, change, errorAt }: { recipe: SplitRecipe; change: (part: Partial<SplitRecipe>) => void; errorAt: (field: string) => string | undefined }) {
  const source = SOURCES.find(([value]) => value === recipe.group_by)
  return (
    <>
      {recipe.method === 'group' && (
        <TextField select label="Groups are" value={recipe.group_by} helperText={errorAt('group_by') ?? source?.[2]} error={Boolean(errorAt('group_by'))} onChange={(event) => change({ group_by: event.target.value as GroupSource })}>
          {SOURCES.map(([value, label]) => (
            <MenuItem key={value} value={value}>
              {label}
            </MenuItem>
          ))}
        </TextField>
      )}
      {recipe.method === 'group' && recipe.group_by === 'pattern' && (
        <TextField
          label="Pattern"
          required
          value={recipe.pattern}
          error={Boolean(errorAt('pattern'))}
          helperText={errorAt('pattern') ?? 'A regular expression, searched for in folder and name: ^(cam\\d+)_ keeps the images of each camera together.'}
          onChange={(event) => change({ pattern: event.target.value })}
          slotProps={{ htmlInput: { spellCheck: false, autoCapitalize: 'off', style: { fontFamily: MONO, height: 24 } } }}
        />
      )}
      <SharesField shares={recipe.shares} onChange={(shares) => change({ shares })} />
      <TextField
        label="Seed"
        type="number"
        value={recipe.seed}
        error={Boolean(errorAt('seed'))}
        helperText={errorAt('seed') ?? 'The same seed gives the same parts, on every machine.'}
        onChange={(event) => change({ seed: Math.min(LARGEST_SEED, Math.max(0, Math.round(Number(event.target.value)))) })}
        slotProps={{ htmlInput: { min: 0 } }}
      />
      {recipe.group_by !== 'near' && (
        <FormControlLabel
          control={<Checkbox checked={recipe.near_bits !== null} onChange={(event) => change({ near_bits: event.target.checked ? NEAR_BITS : null })} />}
          label="Keep copies and images that look alike in one part"
          sx={{ my: -2 }}
        />
      )}
    </>
  )
}

interface Props {
  dataset: Dataset
  taken: readonly string[]
  onClose: () => void
  onCreated: (split: SplitDetail) => void
}

/** Makes a split; what would come of it is shown beside the form before anything is saved. */
export function CreateSplitDialog({ dataset, taken, onClose, onCreated }: Props) {
  const [name, setName] = useState(() => freeName(taken))
  const [recipe, setRecipe] = useState(START)
  const [lists, setLists] = useState<SplitLists | null>(null)
  const [current, setCurrent] = useState(true)
  const settled = useSettled(recipe)
  const create = useCreateSplit(dataset.id)
  const fullScreen = useMediaQuery<Theme>((theme) => theme.breakpoints.down('md'))
  const titleId = useId()
  const dealt = recipe.method !== 'lists' && recipe.method !== 'manual'
  const ready = name.trim() !== '' && (recipe.method !== 'lists' || lists !== null) && (recipe.group_by !== 'pattern' || recipe.pattern !== '')
  const fieldErrors = create.error instanceof ApiError ? create.error.fieldErrors : []
  const errorAt = (field: string): string | undefined => fieldErrors.find((error) => error.path[0] === field)?.message
  const change = (part: Partial<SplitRecipe>): void => {
    create.reset()
    setRecipe((old) => {
      const next = { ...old, ...part }
      if (next.method !== 'group') return { ...next, group_by: '' }
      return { ...next, group_by: next.group_by || 'folder' }
    })
  }
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    const given = recipe.method === 'lists' && lists !== null ? { lists } : {}
    create.mutate({ ...recipe, ...given, name: name.trim(), current }, { onSuccess: onCreated })
  }
  const canPreview = dealt && (settled.group_by !== 'pattern' || settled.pattern !== '') && settled.method !== 'lists' && settled.method !== 'manual'
  return (
    <Dialog open onClose={create.isPending ? undefined : onClose} fullWidth fullScreen={fullScreen} maxWidth={dealt ? 'md' : 'sm'} aria-labelledby={titleId}>
      <form onSubmit={submit}>
        <DialogTitle id={titleId}>New split of {dataset.name}</DialogTitle>
        <DialogContent sx={{ display: 'grid', gap: 6, gridTemplateColumns: dealt ? { xs: 'minmax(0, 1fr)', md: 'minmax(0, 5fr) minmax(0, 6fr)' } : 'minmax(0, 1fr)', pt: '8px !important' }}>
          <Box sx={{ display: 'grid', gap: 4, alignContent: 'start' }}>
            <TextField label="Name" required autoFocus value={name} error={Boolean(errorAt('name'))} helperText={errorAt('name')} onChange={(event) => setName(event.target.value)} slotProps={{ htmlInput: { maxLength: 100 } }} />
            <TextField select label="Method" value={recipe.method} helperText={METHODS.find(([value]) => value === recipe.method)?.[1]} onChange={(event) => change({ method: event.target.value as SplitMethod })}>
              {METHODS.map(([value]) => (
                <MenuItem key={value} value={value}>
                  {METHOD_LABELS[value]}
                </MenuItem>
              ))}
            </TextField>
            {dealt && <RecipeFields recipe={recipe} change={change} errorAt={errorAt} />}
            {recipe.method === 'lists' && <ListsPicker lists={lists} onLists={setLists} />}
            {recipe.method === 'manual' && (
              <Typography variant="body2" sx={{ color: 'text.secondary' }}>
                You will choose images, one by one or by filter, on the page of the split.
              </Typography>
            )}
            <FormControlLabel control={<Checkbox checked={current} onChange={(event) => setCurrent(event.target.checked)} />} label="Use it: new versions and runs carry it" sx={{ my: -2 }} />
            {create.error && !fieldErrors.some((error) => ['name', 'seed', 'pattern', 'group_by'].includes(String(error.path[0]))) && (
              <Alert severity="error">
                {messageOf(create.error)}
                {fieldErrors.length > 1 && (
                  <Box component="ul" sx={{ m: 0, mt: 1, pl: 4, maxHeight: 160, overflow: 'auto' }}>
                    {fieldErrors.map((error) => (
                      <li key={error.message}>{error.message}</li>
                    ))}
                  </Box>
                )}
              </Alert>
            )}
          </Box>
          {dealt && (canPreview ? <RecipePreview dataset={dataset.id} recipe={settled} /> : <Typography sx={{ color: 'text.secondary' }}>Give a pattern to see the groups it makes.</Typography>)}
        </DialogContent>
        <DialogActions sx={{ px: 6, pb: 4 }}>
          <Button onClick={onClose} disabled={create.isPending}>
            Cancel
          </Button>
          <Button type="submit" variant="contained" loading={create.isPending} disabled={!ready}>
            Make the split
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  )
}
