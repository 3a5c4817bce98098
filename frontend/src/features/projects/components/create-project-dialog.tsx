import type { Project } from '@/api/types'
import { TextPromptDialog } from '@/components/ui/text-prompt-dialog'
import { useCreateProject } from '@/features/projects/api/projects'

export function CreateProjectDialog({ onClose, onCreated }: { onClose: () => void; onCreated: (project: Project) => void }) {
  const create = useCreateProject()
  return (
    <TextPromptDialog
      title="New project"
      confirm="Create"
      fields={[
        { key: 'name', label: 'Name', initial: '', required: true },
        { key: 'description', label: 'Description', initial: '', multiline: true },
      ]}
      onSave={async (values) => onCreated(await create.mutateAsync({ name: values.name ?? '', description: values.description ?? '' }))}
      onClose={onClose}
    />
  )
}
