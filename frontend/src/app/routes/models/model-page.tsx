import DeleteOutline from '@mui/icons-material/DeleteOutlined'
import Edit from '@mui/icons-material/EditOutlined'
import FileDownload from '@mui/icons-material/FileDownloadOutlined'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Chip from '@mui/material/Chip'
import IconButton from '@mui/material/IconButton'
import Link from '@mui/material/Link'
import MenuItem from '@mui/material/MenuItem'
import Skeleton from '@mui/material/Skeleton'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link as RouterLink, useNavigate, useParams, useSearchParams } from 'react-router'
import { useProjectId } from '@/app/use-project'
import type { Model, ModelVersion } from '@/api/types'
import { CodeBlock } from '@/components/ui/code-block'
import { ConfirmDialog } from '@/components/ui/confirm-dialog'
import { ErrorState } from '@/components/ui/error-state'
import { KeyValues } from '@/components/ui/key-values'
import { ModelFiles } from '@/components/ui/model-files'
import { PageHeader } from '@/components/ui/page-header'
import { RelativeTime } from '@/components/ui/relative-time'
import { Section } from '@/components/ui/section'
import { TextPromptDialog } from '@/components/ui/text-prompt-dialog'
import { paths } from '@/config/paths'
import { modelFileUrl, modelQuery, modelVersionQuery, modelZipUrl, useDeleteModel, useUpdateModel } from '@/features/models/api/models'
import { bytes, figure, plural } from '@/lib/format'
import { pretty } from '@/lib/json'
import { toast } from '@/lib/toasts'

function VersionView({ version, project }: { version: ModelVersion; project: number }) {
  return (
    <Box sx={{ display: 'grid', gap: 4, gridTemplateColumns: { xs: 'minmax(0, 1fr)', lg: 'minmax(0, 3fr) minmax(0, 2fr)' }, alignItems: 'start' }}>
      <Box sx={{ display: 'grid', gap: 4 }}>
        <Section
          title="Files"
          actions={
            <Button component="a" href={modelZipUrl(version.id)} download startIcon={<FileDownload />}>
              All as ZIP
            </Button>
          }
        >
          <ModelFiles files={version.files} href={(file) => modelFileUrl(version.id, file.id)} />
        </Section>
        {Object.keys(version.metadata).length > 0 && (
          <Section title="Details">
            <CodeBlock label="the details" text={pretty(version.metadata)} />
          </Section>
        )}
      </Box>
      <Box sx={{ display: 'grid', gap: 4 }}>
        <Section title="What it is">
          <KeyValues
            labelWidth={110}
            rows={[
              ['Score', <span key="s">{figure(version.score)} <Typography component="span" variant="body2" sx={{ color: 'text.secondary' }}>{version.score_name}</Typography></span>],
              ['Made', <RelativeTime key="t" at={version.created_at} />],
              ['Made by', version.run ? <Link key="r" component={RouterLink} to={paths.run(project, version.run.id)}>{version.run.name}</Link> : 'a run that was deleted'],
              ['Size', bytes(version.files.reduce((sum, file) => sum + file.size, 0))],
            ]}
          />
        </Section>
        <Section title={version.class_names.length === 0 ? 'Classes' : plural(version.class_names.length, 'class', 'classes')}>
          {version.class_names.length === 0 ? (
            <Typography variant="body2" sx={{ color: 'text.secondary' }}>
              The training left no class names.
            </Typography>
          ) : (
            <Box component="ol" sx={{ display: 'flex', gap: 1.5, flexWrap: 'wrap', listStyle: 'none', m: 0, p: 0, maxHeight: 260, overflow: 'auto' }}>
              {version.class_names.map((name, index) => (
                <Chip component="li" key={name} variant="outlined" label={<><Box component="span" sx={{ color: 'text.secondary', mr: 1 }}>{index}</Box>{name}</>} />
              ))}
            </Box>
          )}
        </Section>
      </Box>
    </Box>
  )
}

function ModelView({ model }: { model: Model }) {
  const [search, setSearch] = useSearchParams()
  const [dialog, setDialog] = useState<'edit' | 'delete' | null>(null)
  const versionId = Number(search.get('version')) || model.latest_version?.id || 0
  const version = useQuery({ ...modelVersionQuery(versionId), enabled: versionId > 0 })
  const update = useUpdateModel(model.id)
  const remove = useDeleteModel(model.id)
  const navigate = useNavigate()
  const versions = model.versions ?? (model.latest_version ? [model.latest_version] : [])
  return (
    <>
      <PageHeader
        title={model.name}
        crumbs={[{ label: 'Models', href: paths.models(model.project) }]}
        description={model.description}
        meta={
          versions.length > 0 && (
            <TextField select value={versionId} onChange={(event) => setSearch({ version: event.target.value })} slotProps={{ htmlInput: { 'aria-label': 'Version' } }} sx={{ '& .MuiSelect-select': { py: 1 } }}>
              {versions.map((one) => (
                <MenuItem key={one.id} value={one.id}>
                  Version {one.number} ({figure(one.score)} {one.score_name})
                </MenuItem>
              ))}
            </TextField>
          )
        }
        actions={
          <>
            {model.can.includes('edit') && (
              <Button startIcon={<Edit />} onClick={() => setDialog('edit')}>
                Rename
              </Button>
            )}
            {model.can.includes('delete') && (
              <IconButton aria-label="Delete this model" onClick={() => setDialog('delete')}>
                <DeleteOutline />
              </IconButton>
            )}
          </>
        }
      />
      {version.isError ? (
        <ErrorState error={version.error} onRetry={() => void version.refetch()} what="version" />
      ) : version.data ? (
        <VersionView version={version.data} project={model.project} />
      ) : (
        <Skeleton variant="rounded" height={280} />
      )}
      {dialog === 'edit' && (
        <TextPromptDialog
          title="Name and description"
          confirm="Save"
          fields={[
            { key: 'name', label: 'Name', initial: model.name, required: true },
            { key: 'description', label: 'Description', initial: model.description, multiline: true },
          ]}
          onSave={(values) => update.mutateAsync(values)}
          onClose={() => setDialog(null)}
        />
      )}
      <ConfirmDialog
        open={dialog === 'delete'}
        title={`Delete ${model.name}?`}
        confirm="Delete the model"
        onConfirm={async () => {
          await remove.mutateAsync()
          toast(`${model.name} was deleted.`)
          void navigate(paths.models(model.project))
        }}
        onClose={() => setDialog(null)}
      >
        This destroys {plural(model.version_count, 'version')} with all files. The runs that made them stay. It cannot be taken back.
      </ConfirmDialog>
    </>
  )
}

export function Component() {
  const project = useProjectId()
  const { modelId } = useParams()
  const model = useQuery(modelQuery(Number(modelId)))
  if (model.isError) return <ErrorState error={model.error} onRetry={() => void model.refetch()} what="model" />
  if (!model.data) {
    return (
      <Box aria-busy="true">
        <Skeleton width={280} height={44} />
        <Skeleton variant="rounded" height={300} sx={{ mt: 6 }} />
      </Box>
    )
  }
  return <ModelView key={model.data.id} model={{ ...model.data, project: model.data.project ?? project }} />
}
