import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import type { Member, Page, Project, Role } from '@/api/types'
import { api, unwrap } from '@/lib/api-client'

export const projectsQuery = queryOptions({
  queryKey: ['projects'],
  queryFn: ({ signal }) =>
    unwrap<Page<Project>>(api.GET('/api/v1/projects/', { params: { query: { page_size: 100, ordering: 'name' } }, signal })),
  staleTime: 60_000,
})

export const projectQuery = (id: number) =>
  queryOptions({
    queryKey: ['projects', id],
    queryFn: ({ signal }) => unwrap<Project>(api.GET('/api/v1/projects/{project_id}/', { params: { path: { project_id: id } }, signal })),
    staleTime: 60_000,
  })

export const membersQuery = (id: number) =>
  queryOptions({
    queryKey: ['projects', id, 'members'],
    queryFn: ({ signal }) =>
      unwrap<Page<Member>>(api.GET('/api/v1/projects/{project_id}/members/', { params: { path: { project_id: id }, query: { page_size: 200 } }, signal })),
  })

function useProjectMutation<Input, Output>(mutationFn: (input: Input) => Promise<Output>) {
  const client = useQueryClient()
  return useMutation({ mutationFn, onSuccess: () => client.invalidateQueries({ queryKey: ['projects'] }) })
}

export const useCreateProject = () =>
  useProjectMutation((body: { name: string; description: string }) => unwrap<Project>(api.POST('/api/v1/projects/', { body })))

export const useUpdateProject = (id: number) =>
  useProjectMutation((body: { name?: string; description?: string }) =>
    unwrap<Project>(api.PATCH('/api/v1/projects/{project_id}/', { params: { path: { project_id: id } }, body })),
  )

export const useDeleteProject = (id: number) =>
  useProjectMutation(() => unwrap<null>(api.DELETE('/api/v1/projects/{project_id}/', { params: { path: { project_id: id } } })))

export const useAddMember = (id: number) =>
  useProjectMutation((body: { username: string; role: Role }) =>
    unwrap<Member>(api.POST('/api/v1/projects/{project_id}/members/', { params: { path: { project_id: id } }, body })),
  )

export const useChangeRole = (id: number) =>
  useProjectMutation(({ user_id, role }: { user_id: number; role: Role }) =>
    unwrap<Member>(api.PATCH('/api/v1/projects/{project_id}/members/{user_id}/', { params: { path: { project_id: id, user_id } }, body: { role } })),
  )

export const useRemoveMember = (id: number) =>
  useProjectMutation((user_id: number) =>
    unwrap<null>(api.DELETE('/api/v1/projects/{project_id}/members/{user_id}/', { params: { path: { project_id: id, user_id } } })),
  )
