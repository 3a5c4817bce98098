import Archive from '@mui/icons-material/ArchiveOutlined'
import Compare from '@mui/icons-material/CompareOutlined'
import DeleteOutline from '@mui/icons-material/DeleteOutlined'
import Edit from '@mui/icons-material/EditOutlined'
import FileDownload from '@mui/icons-material/FileDownloadOutlined'
import MoreVert from '@mui/icons-material/MoreVertOutlined'
import Restore from '@mui/icons-material/RestoreOutlined'
import Unarchive from '@mui/icons-material/UnarchiveOutlined'
import Divider from '@mui/material/Divider'
import IconButton from '@mui/material/IconButton'
import ListItemIcon from '@mui/material/ListItemIcon'
import Menu from '@mui/material/Menu'
import MenuItem from '@mui/material/MenuItem'
import { useState, type ReactNode } from 'react'
import { Link } from 'react-router'
import type { Dataset, DatasetVersion } from '@/api/types'
import type { IconType } from '@/components/ui/icon-type'
import { paths } from '@/config/paths'
import { useVersionActions, versionAnnotationsUrl, versionDownloadUrl, versionManifestUrl } from '@/features/datasets/api/versions'
import { ExportDialog } from '@/features/datasets/components/export-dialog'
import { VersionDialogs, type VersionDialog } from '@/features/datasets/components/version-dialogs'
import { messageOf } from '@/lib/errors'
import { toast } from '@/lib/toasts'

interface Props {
  dataset: Dataset
  version: DatasetVersion
}

function Item({ icon: Icon, children, ...rest }: { icon: IconType; children: ReactNode; onClick: () => void; component?: typeof Link | 'a'; to?: string; href?: string; download?: boolean; disabled?: boolean }) {
  return (
    <MenuItem {...rest}>
      <ListItemIcon>
        <Icon fontSize="small" />
      </ListItemIcon>
      {children}
    </MenuItem>
  )
}

/** What can be done with one version. */
export function VersionMenu({ dataset, version }: Props) {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null)
  const [dialog, setDialog] = useState<VersionDialog | null>(null)
  const { archive, unarchive } = useVersionActions(dataset.id)
  const [exporting, setExporting] = useState(false)
  const close = (): void => setAnchor(null)
  const open = (which: VersionDialog) => (): void => {
    close()
    setDialog(which)
  }
  const isArchived = version.archived_at !== null
  const may = dataset.can.includes('version')
  const file = (href: string) => ({ component: 'a' as const, href, download: true, onClick: close })
  const toggle = (): void => {
    close()
    const said = isArchived ? 'is in the list again' : 'is archived'
    ;(isArchived ? unarchive : archive).mutate(version.number, {
      onSuccess: () => toast(`Version ${version.number} ${said}.`),
      onError: (error) => toast(messageOf(error), 'error'),
    })
  }
  return (
    <>
      <IconButton size="small" aria-label={`Actions for version ${version.number}`} aria-haspopup="menu" onClick={(event) => setAnchor(event.currentTarget)} sx={{ position: 'relative', zIndex: 1 }}>
        <MoreVert fontSize="small" />
      </IconButton>
      <Menu anchorEl={anchor} open={anchor !== null} onClose={close}>
        <Item icon={Compare} component={Link} to={paths.compare(dataset.project, dataset.id, version.number, 'working')} onClick={close}>
          Compare with now
        </Item>
        <Divider />
        <Item icon={FileDownload} {...file(versionDownloadUrl(dataset.id, version.number))}>
          Download as ZIP
        </Item>
        <Item
          icon={FileDownload}
          onClick={() => {
            close()
            setExporting(true)
          }}
        >
          Export in another format…
        </Item>
        <Item icon={FileDownload} {...file(versionAnnotationsUrl(dataset.id, version.number))}>
          Download annotations.xml
        </Item>
        <Item icon={FileDownload} {...file(versionManifestUrl(dataset.id, version.number))}>
          Download manifest
        </Item>
        {may && <Divider />}
        {may && (
          <Item icon={Edit} onClick={open('note')}>
            Note…
          </Item>
        )}
        {may && (
          <Item icon={Restore} onClick={open('restore')}>
            Bring back…
          </Item>
        )}
        {may && (
          <Item icon={isArchived ? Unarchive : Archive} onClick={toggle}>
            {isArchived ? 'Take out of the archive' : 'Archive'}
          </Item>
        )}
        {may && (
          <Item icon={DeleteOutline} onClick={open('delete')} disabled={version.run_count > 0}>
            {version.run_count > 0 ? 'Delete (runs name it)' : 'Delete…'}
          </Item>
        )}
      </Menu>
      <VersionDialogs dataset={dataset} version={version} open={dialog} onClose={() => setDialog(null)} />
      {exporting && <ExportDialog name={`${dataset.name}, version ${version.number}`} of={{ dataset: dataset.id, version: version.number }} onClose={() => setExporting(false)} />}
    </>
  )
}
