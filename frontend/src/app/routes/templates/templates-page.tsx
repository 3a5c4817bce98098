import DashboardCustomize from '@mui/icons-material/DashboardCustomizeOutlined'
import Upload from '@mui/icons-material/UploadOutlined'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import { useProjectId } from '@/app/use-project'
import { Pager } from '@/components/ui/data-table'
import { EmptyState } from '@/components/ui/empty-state'
import { ErrorState } from '@/components/ui/error-state'
import { FilterMenu } from '@/components/ui/filter-menu'
import { PageHeader } from '@/components/ui/page-header'
import { SearchField } from '@/components/ui/search-field'
import { paths } from '@/config/paths'
import { projectQuery } from '@/features/projects/api/projects'
import { templatesQuery } from '@/features/templates/api/templates'
import { TemplateCatalogue } from '@/features/templates/components/template-cards'
import { UploadTemplateDialog } from '@/features/templates/components/upload-template-dialog'
import { useListParams } from '@/lib/use-list-params'

const FILTERS = ['provider', 'category'] as const
const unique = (values: string[]): { value: string; label: string }[] => [...new Set(values)].sort().map((value) => ({ value, label: value }))

export function Component() {
  const project = useProjectId()
  const params = useListParams({ pageSize: 100, filters: FILTERS })
  const templates = useQuery(templatesQuery(project, params.query))
  const all = useQuery(templatesQuery(project, { page_size: 200 }))
  const mayEdit = useQuery(projectQuery(project)).data?.role !== 'viewer'
  const [uploading, setUploading] = useState(false)
  const navigate = useNavigate()
  const filtered = params.search !== '' || Object.values(params.filters).some(Boolean)
  return (
    <>
      <PageHeader
        title="Templates"
        description="How a model is trained: code, form and container. A run pins a version of one."
        actions={
          mayEdit && (
            <Button variant="contained" startIcon={<Upload />} onClick={() => setUploading(true)}>
              Upload a template
            </Button>
          )
        }
      />
      <Box sx={{ display: 'flex', gap: 2, mb: 5, flexWrap: 'wrap', alignItems: 'center' }}>
        <SearchField value={params.search} onChange={(search) => params.update({ search })} label="Search templates" />
        <FilterMenu label="Provider" value={params.filters.provider ?? ''} options={unique((all.data?.results ?? []).map((one) => one.provider))} onChange={(provider) => params.update({ provider })} />
        <FilterMenu label="Category" value={params.filters.category ?? ''} options={unique((all.data?.results ?? []).map((one) => one.category))} onChange={(category) => params.update({ category })} />
      </Box>
      {templates.isError ? (
        <ErrorState error={templates.error} onRetry={() => void templates.refetch()} what="templates" />
      ) : templates.data?.count === 0 ? (
        <EmptyState
          icon={DashboardCustomize}
          title={filtered ? 'No template fits' : 'No templates yet'}
          action={
            filtered ? (
              <Button onClick={() => params.update({ search: null, provider: null, category: null })}>Clear the filters</Button>
            ) : (
              mayEdit && (
                <Button variant="contained" onClick={() => setUploading(true)}>
                  Upload a template
                </Button>
              )
            )
          }
        >
          {filtered ? 'Take a filter off, or search for another word.' : 'Upload the ZIP that package.sh makes from your dev folder. The starter template in the documentation shows how.'}
        </EmptyState>
      ) : (
        <TemplateCatalogue templates={templates.data?.results} project={project} />
      )}
      <Pager page={templates.data} params={params} />
      {uploading && (
        <UploadTemplateDialog
          project={project}
          onClose={() => setUploading(false)}
          onOpen={(uploaded) => void navigate(`${paths.template(project, uploaded.template.id, uploaded.findings.length > 0 ? 'findings' : 'about')}?version=${uploaded.version.id}`)}
        />
      )}
    </>
  )
}
