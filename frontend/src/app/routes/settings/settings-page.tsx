import { useParams } from 'react-router'
import { NotFoundPage } from '@/app/routes/not-found-page'
import { useProjectId } from '@/app/use-project'
import { PageHeader } from '@/components/ui/page-header'
import { TabLinks } from '@/components/ui/tab-links'
import { paths } from '@/config/paths'
import { AccountSettings } from '@/features/auth/components/account-settings'
import { ServersSettings } from '@/features/cvat/components/servers-settings'
import { HostsView } from '@/features/executions/components/hosts-view'
import { MembersSettings } from '@/features/projects/components/members-settings'
import { ProjectSettings } from '@/features/projects/components/project-settings'
import { TokensSettings } from '@/features/settings/components/tokens-settings'

const TABS = [
  ['account', 'Account'],
  ['tokens', 'API tokens'],
  ['members', 'Members'],
  ['project', 'Project'],
  ['cvat', 'CVAT servers'],
  ['hosts', 'Hosts'],
] as const

export function Component() {
  const project = useProjectId()
  const { tab = 'account' } = useParams()
  if (!TABS.some(([value]) => value === tab)) return <NotFoundPage />
  return (
    <>
      <PageHeader title="Settings" />
      <TabLinks label="Settings" value={tab} tabs={TABS.map(([value, label]) => ({ value, label, href: paths.settings(project, value) }))} />
      {tab === 'account' && <AccountSettings />}
      {tab === 'tokens' && <TokensSettings />}
      {tab === 'members' && <MembersSettings project={project} />}
      {tab === 'project' && <ProjectSettings project={project} />}
      {tab === 'cvat' && <ServersSettings project={project} />}
      {tab === 'hosts' && <HostsView />}
    </>
  )
}
