import Collections from '@mui/icons-material/CollectionsOutlined'
import DashboardCustomize from '@mui/icons-material/DashboardCustomizeOutlined'
import Hub from '@mui/icons-material/HubOutlined'
import PlayCircle from '@mui/icons-material/PlayCircleOutlined'
import Search from '@mui/icons-material/SearchOutlined'
import type { IconType } from '@/components/ui/icon-type'
import Autocomplete from '@mui/material/Autocomplete'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Dialog from '@mui/material/Dialog'
import InputAdornment from '@mui/material/InputAdornment'
import TextField from '@mui/material/TextField'
import { useQueries } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useNavigate } from 'react-router'
import { paths } from '@/config/paths'
import { datasetsQuery } from '@/features/datasets/api/datasets'
import { modelsQuery } from '@/features/models/api/models'
import { runsQuery } from '@/features/runs/api/runs'
import { templatesQuery } from '@/features/templates/api/templates'
import { templateTitle } from '@/lib/format'

const PER_PLACE = 5
const TYPING_MS = 200

interface Hit {
  key: string
  place: string
  icon: IconType
  label: string
  note: string
  href: string
}

function useSettled(text: string): string {
  const [settled, setSettled] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), TYPING_MS)
    return () => clearTimeout(timer)
  }, [text])
  return settled
}

function useHits(project: number, text: string): { hits: Hit[]; loading: boolean } {
  // "#12" and "12" both mean the id; the API searches names and ids.
  const search = useSettled(text.trim().replace(/^#/, ''))
  const query = { search, page_size: PER_PLACE }
  const [runs, datasets, templates, models] = useQueries({
    queries: [runsQuery(project, query), datasetsQuery(project, query), templatesQuery(project, query), modelsQuery(project, query)],
  })
  const hits: Hit[] = [
    ...(runs.data?.results ?? []).map((run) => ({ key: `r${run.id}`, place: 'Runs', icon: PlayCircle, label: run.name, note: `#${run.id}`, href: paths.run(project, run.id) })),
    ...(datasets.data?.results ?? []).map((one) => ({ key: `d${one.id}`, place: 'Data sets', icon: Collections, label: one.name, note: `#${one.id}`, href: paths.dataset(project, one.id) })),
    ...(templates.data?.results ?? []).map((one) => ({ key: `t${one.id}`, place: 'Templates', icon: DashboardCustomize, label: templateTitle(one), note: one.category, href: paths.template(project, one.id) })),
    ...(models.data?.results ?? []).map((one) => ({ key: `m${one.id}`, place: 'Models', icon: Hub, label: one.name, note: `#${one.id}`, href: paths.model(project, one.id) })),
  ]
  return { hits, loading: runs.isFetching || datasets.isFetching || templates.isFetching || models.isFetching }
}

function SearchDialog({ project, onClose }: { project: number; onClose: () => void }) {
  const [text, setText] = useState('')
  const { hits, loading } = useHits(project, text)
  const navigate = useNavigate()
  return (
    <Dialog open onClose={onClose} fullWidth maxWidth="sm" slotProps={{ paper: { 'aria-label': 'Search' } }} sx={{ '& .MuiDialog-container': { alignItems: 'flex-start' } }}>
      <Autocomplete
        open
        options={hits}
        loading={loading}
        noOptionsText="Nothing of that name or number"
        filterOptions={(all) => all}
        groupBy={(hit) => hit.place}
        getOptionLabel={(hit) => hit.label}
        getOptionKey={(hit) => hit.key}
        inputValue={text}
        onInputChange={(_, value, reason) => {
          if (reason !== 'reset') setText(value)
        }}
        onChange={(_, hit) => {
          if (!hit) return
          onClose()
          void navigate(hit.href)
        }}
        autoHighlight
        disablePortal
        forcePopupIcon={false}
        slotProps={{ popper: { sx: { position: 'static !important', transform: 'none !important', width: '100% !important' } }, paper: { sx: { boxShadow: 'none' } }, listbox: { sx: { maxHeight: '55vh' } } }}
        renderOption={({ key, ...props }, hit) => (
          <Box component="li" key={key} {...props} sx={{ display: 'flex', gap: 3 }}>
            <hit.icon fontSize="small" color="action" />
            <Box component="span" sx={{ flex: 1, minWidth: 0, overflow: 'hidden', textOverflow: 'ellipsis' }}>
              {hit.label}
            </Box>
            <Box component="span" sx={{ color: 'text.secondary', fontSize: 13 }}>
              {hit.note}
            </Box>
          </Box>
        )}
        renderInput={(props) => (
          <TextField
            {...props}
            autoFocus
            placeholder="Search runs, data sets, templates, models by name or id"
            slotProps={{
              ...props.slotProps,
              htmlInput: { ...props.slotProps.htmlInput, 'aria-label': 'Search by name or id' },
              input: {
                ...props.slotProps.input,
                startAdornment: (
                  <InputAdornment position="start" sx={{ pl: 1 }}>
                    <Search fontSize="small" />
                  </InputAdornment>
                ),
              },
            }}
            sx={{ p: 3 }}
          />
        )}
      />
    </Dialog>
  )
}

const typing = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || target.shadowRoot !== null || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))

/** Opens with `/` or Ctrl-K. */
export function SearchBox({ project }: { project: number }) {
  const [open, setOpen] = useState(false)
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const wanted = (event.key === '/' && !typing(event.target)) || (event.key === 'k' && (event.ctrlKey || event.metaKey))
      if (!wanted) return
      event.preventDefault()
      setOpen(true)
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [])
  return (
    <>
      <Button
        variant="outlined"
        color="inherit"
        startIcon={<Search />}
        onClick={() => setOpen(true)}
        aria-keyshortcuts="/ Control+K"
        sx={{ color: 'text.secondary', borderColor: 'divider', fontWeight: 400, width: { sm: 300 }, justifyContent: 'flex-start', minWidth: 0 }}
      >
        Search
        <Box component="kbd" sx={{ ml: 'auto', display: { xs: 'none', sm: 'block' }, border: 1, borderColor: 'divider', borderRadius: '4px', px: 1.5, fontSize: 11 }}>
          /
        </Box>
      </Button>
      {open && <SearchDialog project={project} onClose={() => setOpen(false)} />}
    </>
  )
}
