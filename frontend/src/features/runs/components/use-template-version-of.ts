import { useQuery } from '@tanstack/react-query'
import type { RunDetail } from '@/api/types'
import { templateQuery } from '@/features/templates/api/templates'

/** The id of the template version a run was made with; null while it is looked up or when it is gone. */
export function useTemplateVersionOf(run: RunDetail | undefined): number | null {
  const known = run?.template?.version_id ?? run?.template_version ?? null
  const template = useQuery({ ...templateQuery(run?.template?.id ?? 0), enabled: known === null && Boolean(run?.template) })
  if (known !== null) return known
  return template.data?.versions?.find((version) => version.number === run?.template?.version)?.id ?? null
}
