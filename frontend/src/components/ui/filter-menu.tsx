import Check from '@mui/icons-material/CheckOutlined'
import ExpandMore from '@mui/icons-material/ExpandMoreOutlined'
import Chip from '@mui/material/Chip'
import ListItemIcon from '@mui/material/ListItemIcon'
import Menu from '@mui/material/Menu'
import MenuItem from '@mui/material/MenuItem'
import { useState } from 'react'

export interface FilterOption {
  value: string
  label: string
}

interface Props {
  label: string
  value: string
  options: FilterOption[]
  onChange: (value: string | null) => void
  /** A choice that always has a value, such as an order. */
  always?: boolean
}

/** A filter as a chip: closed it says what is chosen, a press on the cross takes it off. */
export function FilterMenu({ label, value, options, onChange, always = false }: Props) {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null)
  const chosen = options.find((option) => option.value === value)
  const open = (element: HTMLElement): void => setAnchor(element)
  return (
    <>
      <Chip
        label={value ? `${label}: ${chosen?.label ?? value}` : label}
        variant={value && !always ? 'filled' : 'outlined'}
        color={value && !always ? 'primary' : 'default'}
        onClick={(event) => open(event.currentTarget)}
        onDelete={value && !always ? () => onChange(null) : (event: { currentTarget: Element }) => open(event.currentTarget.parentElement as HTMLElement)}
        deleteIcon={value && !always ? undefined : <ExpandMore />}
        aria-haspopup="menu"
        aria-expanded={anchor !== null}
        sx={{ height: 32 }}
      />
      <Menu anchorEl={anchor} open={anchor !== null} onClose={() => setAnchor(null)} slotProps={{ paper: { sx: { maxHeight: 360 } } }}>
        {options.length === 0 && <MenuItem disabled>Nothing to choose from</MenuItem>}
        {options.map((option) => (
          <MenuItem
            key={option.value}
            selected={option.value === value}
            onClick={() => {
              onChange(option.value === value ? null : option.value)
              setAnchor(null)
            }}
          >
            <ListItemIcon>{option.value === value && <Check fontSize="small" />}</ListItemIcon>
            {option.label}
          </MenuItem>
        ))}
      </Menu>
    </>
  )
}
