import Article from '@mui/icons-material/ArticleOutlined'
import DeleteOutline from '@mui/icons-material/DeleteOutlined'
import FileDownload from '@mui/icons-material/FileDownloadOutlined'
import PlayArrow from '@mui/icons-material/PlayArrowOutlined'
import CheckCircle from '@mui/icons-material/CheckCircleOutlined'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Chip from '@mui/material/Chip'
import IconButton from '@mui/material/IconButton'
import MenuItem from '@mui/material/MenuItem'
import Skeleton from '@mui/material/Skeleton'
import TextField from '@mui/material/TextField'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link, useNavigate, useParams, useSearchParams } from 'react-router'
import { NotFoundPage } from '@/app/routes/not-found-page'
import { useProjectId } from '@/app/use-project'
import type { Template, TemplateVersion } from '@/api/types'
import { CodeBlock } from '@/components/ui/code-block'
import { ConfirmDialog } from '@/components/ui/confirm-dialog'
import { EmptyState } from '@/components/ui/empty-state'
import { ErrorState } from '@/components/ui/error-state'
import { FindingsList } from '@/components/ui/findings-list'
import { KeyValues } from '@/components/ui/key-values'
import { Markdown } from '@/components/ui/markdown'
import { PageHeader } from '@/components/ui/page-header'
import { RelativeTime } from '@/components/ui/relative-time'
import { Section } from '@/components/ui/section'
import { ImageStateChip } from '@/components/ui/state-chip'
import { TabLinks } from '@/components/ui/tab-links'
import { paths } from '@/config/paths'
import { RunsTable } from '@/features/runs/components/runs-table'
import { runsQuery } from '@/features/runs/api/runs'
import { templateDownloadUrl, templateQuery, templateVersionQuery, useDeleteTemplate } from '@/features/templates/api/templates'
import { BuildView } from '@/features/templates/components/build-view'
import { ExampleForm } from '@/features/templates/components/example-form'
import { GrantChips, TemplateGrants } from '@/features/templates/components/grants'
import { plural, templateTitle } from '@/lib/format'
import { toast } from '@/lib/toasts'

const TABS = [
  ['about', 'About'],
  ['form', 'Form'],
  ['build', 'Build'],
  ['findings', 'Findings'],
  ['runs', 'Runs'],
] as const

function About({ template, version }: { template: Template; version: TemplateVersion }) {
  return (
    <Box sx={{ display: 'grid', gap: 4, gridTemplateColumns: { xs: 'minmax(0, 1fr)', lg: 'minmax(0, 2fr) minmax(300px, 1fr)' }, alignItems: 'start' }}>
      <Section title="Read me">
        {version.readme ? (
          <Markdown text={version.readme} />
        ) : (
          <EmptyState icon={Article} title="No README">
            {template.summary || 'A README.md in the template’s docker folder would be shown here.'}
          </EmptyState>
        )}
      </Section>
      <Box sx={{ display: 'grid', gap: 4 }}>
        <Section title="This version">
          <KeyValues
            labelWidth={110}
            rows={[
              ['Version', version.number],
              ['Uploaded', <><RelativeTime at={version.created_at} />{version.created_by ? ` by ${version.created_by.username}` : ''}</>],
              ['Learns', version.task_types.join(', ') || 'not declared'],
              ['Score', version.score_name],
              ['Base image', <code key="base">{version.base_image}</code>],
              ['Image', <ImageStateChip key="image" state={version.image.state} />],
            ]}
          />
        </Section>
        <Section title="Permissions">
          <TemplateGrants template={template} version={version} />
        </Section>
        {version.dockerfile && (
          <Section title="Dockerfile">
            <CodeBlock label="the Dockerfile" text={version.dockerfile} />
          </Section>
        )}
      </Box>
    </Box>
  )
}

function TemplateRuns({ template, project }: { template: Template; project: number }) {
  const runs = useQuery(runsQuery(project, { template: template.id, page_size: 50, ordering: '-created_at' }))
  if (runs.isError) return <ErrorState error={runs.error} onRetry={() => void runs.refetch()} what="runs" />
  if (runs.data?.count === 0) {
    return (
      <EmptyState icon={PlayArrow} title="Not run in this project yet">
        Runs made with this template are listed here with their scores.
      </EmptyState>
    )
  }
  return <RunsTable runs={runs.data?.results} project={project} />
}

function TemplateView({ template, project, tab }: { template: Template; project: number; tab: string }) {
  const [search, setSearch] = useSearchParams()
  const [deleting, setDeleting] = useState(false)
  const versionId = Number(search.get('version')) || template.latest_version?.id || 0
  const version = useQuery({ ...templateVersionQuery(versionId), enabled: versionId > 0 })
  const remove = useDeleteTemplate(template.id)
  const navigate = useNavigate()
  const suffix = search.get('version') ? `?version=${versionId}` : ''
  const problems = version.data?.findings.filter((finding) => finding.severity !== 'info').length ?? 0
  const versions = template.versions ?? (template.latest_version ? [template.latest_version] : [])
  return (
    <>
      <PageHeader
        title={template.architecture}
        crumbs={[{ label: 'Templates', href: paths.templates(project) }]}
        description={`${template.provider} · ${template.category}${template.summary ? ` · ${template.summary}` : ''}`}
        meta={
          <>
            {versions.length > 0 && (
              <TextField
                select
                value={versionId}
                onChange={(event) => setSearch({ version: event.target.value })}
                slotProps={{ htmlInput: { 'aria-label': 'Version' } }}
                sx={{ '& .MuiSelect-select': { py: 1 } }}
              >
                {versions.map((one) => (
                  <MenuItem key={one.id} value={one.id}>
                    Version {one.number}
                  </MenuItem>
                ))}
              </TextField>
            )}
            {template.bundled && <Chip variant="outlined" label="Bundled" />}
            <GrantChips template={template} />
          </>
        }
        actions={
          <>
            <Button component="a" href={templateDownloadUrl(versionId)} download startIcon={<FileDownload />}>
              Download ZIP
            </Button>
            {template.can.includes('run') && (
              <Button component={Link} to={paths.newRun(project, { template: versionId })} variant="contained" startIcon={<PlayArrow />}>
                Train with this
              </Button>
            )}
            {template.can.includes('delete') && (
              <IconButton aria-label="Delete this template" onClick={() => setDeleting(true)}>
                <DeleteOutline />
              </IconButton>
            )}
          </>
        }
      />
      <TabLinks
        label="Parts of this template"
        value={tab}
        tabs={TABS.map(([value, label]) => ({ value, label, href: paths.template(project, template.id, value) + suffix, badge: value === 'findings' ? problems : undefined }))}
      />
      {version.isError ? (
        <ErrorState error={version.error} onRetry={() => void version.refetch()} what="version" />
      ) : !version.data ? (
        <Skeleton variant="rounded" height={320} />
      ) : (
        <>
          {tab === 'about' && <About template={template} version={version.data} />}
          {tab === 'form' && <ExampleForm version={version.data} />}
          {tab === 'build' && <BuildView key={version.data.id} version={version.data} />}
          {tab === 'findings' &&
            (version.data.findings.length === 0 ? (
              <EmptyState icon={CheckCircle} title="Nothing to remark">
                This version passed all checks at its upload.
              </EmptyState>
            ) : (
              <FindingsList findings={version.data.findings} />
            ))}
          {tab === 'runs' && <TemplateRuns template={template} project={project} />}
        </>
      )}
      <ConfirmDialog
        open={deleting}
        title={`Delete ${templateTitle(template)}?`}
        confirm="Delete the template"
        onConfirm={async () => {
          await remove.mutateAsync()
          toast(`${templateTitle(template)} was deleted.`)
          void navigate(paths.templates(project))
        }}
        onClose={() => setDeleting(false)}
      >
        This takes {plural(versions.length, 'version')} with {versions.length === 1 ? 'its image' : 'their images'} out of the catalogue.{' '}
        {template.run_count > 0 && `The ${plural(template.run_count, 'run')} made with it keep their records, but can no longer be run again.`} It cannot be taken back.
      </ConfirmDialog>
    </>
  )
}

export function Component() {
  const project = useProjectId()
  const { templateId, tab = 'about' } = useParams()
  const template = useQuery(templateQuery(Number(templateId)))
  if (template.isError) return <ErrorState error={template.error} onRetry={() => void template.refetch()} what="template" />
  if (!TABS.some(([value]) => value === tab)) return <NotFoundPage />
  if (!template.data) {
    return (
      <Box aria-busy="true">
        <Skeleton width={280} height={44} />
        <Skeleton width={420} />
        <Skeleton variant="rounded" height={360} sx={{ mt: 6 }} />
      </Box>
    )
  }
  return <TemplateView key={template.data.id} template={template.data} project={project} tab={tab} />
}
