import PlayArrow from '@mui/icons-material/PlayArrowOutlined'
import Box from '@mui/material/Box'
import Link from '@mui/material/Link'
import Skeleton from '@mui/material/Skeleton'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { Link as RouterLink } from 'react-router'
import type { Json, RunDetail } from '@/api/types'
import { EmptyState } from '@/components/ui/empty-state'
import { ErrorState } from '@/components/ui/error-state'
import { Section } from '@/components/ui/section'
import { paths } from '@/config/paths'
import { saveDraft, type RunDraft } from '@/features/runs/components/run-draft'
import { RunHowAndWhere } from '@/features/runs/components/run-how-and-where'
import { RunWhat } from '@/features/runs/components/run-what'
import { templateVersionQuery } from '@/features/templates/api/templates'
import { pretty } from '@/lib/json'

interface Props {
  project: number
  initial: RunDraft
  /** The run this one starts from. */
  origin: RunDetail | null
  onCreated: (run: RunDetail) => void
}

const AREAS = {
  display: 'grid',
  gap: 4,
  alignItems: 'start',
  gridTemplateColumns: { xs: 'minmax(0, 1fr)', lg: '300px minmax(0, 1fr)' },
  gridTemplateRows: { lg: 'auto 1fr' },
  gridTemplateAreas: { xs: '"what" "how" "where"', lg: '"what how" "where how"' },
} as const

/** A run to be: what, how and where on one page. What is typed is kept in this browser until it is started. */
export function RunForm({ project, initial, origin, onCreated }: Props) {
  const [draft, setDraft] = useState(initial)
  const version = useQuery({ ...templateVersionQuery(draft.version ?? 0), enabled: draft.version !== null })
  const [change] = useState(
    () =>
      (part: Partial<RunDraft>): void =>
        setDraft((old) => ({ ...old, ...part, configs: { ...old.configs, ...part.configs } })),
  )
  useEffect(() => saveDraft(project, draft), [project, draft])
  const created = (run: RunDetail): void => {
    saveDraft(project, null)
    onCreated(run)
  }
  const what = <RunWhat project={project} draft={draft} change={change} version={version.data} />
  return (
    <Box sx={AREAS}>
      {version.data && draft.version === version.data.id ? (
        <RunHowAndWhere key={version.data.id} project={project} draft={draft} change={change} version={version.data} origin={origin} onCreated={created} what={what} />
      ) : (
        <>
          <Box sx={{ gridArea: 'what' }}>{what}</Box>
          <Box sx={{ gridArea: 'how' }}>
            {version.isError ? (
              <ErrorState error={version.error} onRetry={() => void version.refetch()} what="template version" />
            ) : draft.version !== null ? (
              <Skeleton variant="rounded" height={480} />
            ) : (
              <Section title="How">
                <EmptyState icon={PlayArrow} title="Pick a template">
                  Its form appears here, with the JSON beside it. <Link component={RouterLink} to={paths.templates(project)}>Look through the templates</Link> to see what each is for.
                </EmptyState>
              </Section>
            )}
          </Box>
        </>
      )}
    </Box>
  )
}

/** The draft of a run that starts from another one's values. */
export function draftFrom(run: RunDetail, version: number | null): RunDraft {
  const configs: Record<string, string> = version === null ? {} : { [version]: pretty(run.config as Json) }
  return {
    dataset: run.dataset?.id ?? null,
    datasetVersion: null,
    template: run.template?.id ?? null,
    version,
    name: '',
    configs,
    exportOn: run.export_config !== null,
    exportConfig: run.export_config,
    resources: run.resources,
    pull: true,
  }
}
