import CallSplit from '@mui/icons-material/CallSplitOutlined'
import Button from '@mui/material/Button'
import ListSubheader from '@mui/material/ListSubheader'
import Menu from '@mui/material/Menu'
import MenuItem from '@mui/material/MenuItem'
import { useState } from 'react'
import { Link } from 'react-router'
import type { Dataset, Part } from '@/api/types'
import { paths } from '@/config/paths'
import { usePutIntoPart, type Chosen } from '@/features/datasets/api/gallery'
import { PART_LABELS, PARTS } from '@/features/datasets/splits/parts'
import { messageOf } from '@/lib/errors'
import { plural } from '@/lib/format'
import { toast } from '@/lib/toasts'

interface Props {
  dataset: Dataset
  images: Chosen
  onDone: () => void
}

/** Puts the chosen images into a part of the split in use. */
export function PartMenu({ dataset, images, onDone }: Props) {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null)
  const put = usePutIntoPart(dataset.id)
  const split = dataset.split as Dataset['split'] | null
  const choose = (part: Part | ''): void => {
    setAnchor(null)
    const where = part === '' ? 'taken out of the split' : `put into ${PART_LABELS[part].toLowerCase()}`
    put.mutate(
      { ...images, part },
      {
        onSuccess: ({ changed }) => {
          toast(changed === 0 ? 'They were all there already.' : `${plural(changed, 'image')} ${where}.`)
          onDone()
        },
        onError: (error) => toast(messageOf(error), 'error'),
      },
    )
  }
  return (
    <>
      <Button startIcon={<CallSplit />} loading={put.isPending} aria-haspopup="menu" aria-expanded={anchor !== null} onClick={(event) => setAnchor(event.currentTarget)}>
        Put into a part
      </Button>
      <Menu anchorEl={anchor} open={anchor !== null} onClose={() => setAnchor(null)}>
        {split === null ? (
          <MenuItem component={Link} to={paths.dataset(dataset.project, dataset.id, 'split')}>
            Make a split first
          </MenuItem>
        ) : (
          [
            <ListSubheader key="split" sx={{ lineHeight: 2.4 }}>
              Split {split.name}
            </ListSubheader>,
            ...PARTS.map((part) => (
              <MenuItem key={part} onClick={() => choose(part)}>
                {PART_LABELS[part]}
              </MenuItem>
            )),
            <MenuItem key="none" onClick={() => choose('')}>
              {PART_LABELS.none}
            </MenuItem>,
          ]
        )}
      </Menu>
    </>
  )
}
