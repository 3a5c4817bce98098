import type SvgIcon from '@mui/material/SvgIcon'

/** Any icon of the set. */
export type IconType = typeof SvgIcon
