import ImageNotSupported from '@mui/icons-material/ImageNotSupportedOutlined'
import Box from '@mui/material/Box'
import { useState, type ComponentProps } from 'react'

interface Props extends ComponentProps<'img'> {
  src: string
  alt: string
}

/** An image of somebody's data; where its file cannot be shown, a sign that says so stands in its place. */
export function Picture({ src, alt, style, width, height, ...rest }: Props) {
  const [failed, setFailed] = useState('')
  if (failed !== src) return <img src={src} alt={alt} style={style} width={width} height={height} onError={() => setFailed(src)} {...rest} />
  return (
    <Box
      role="img"
      aria-label={alt ? `${alt} cannot be shown` : 'Cannot be shown'}
      title="The file of this image cannot be shown"
      style={{ width, height, ...style }}
      sx={{ display: 'grid !important', placeItems: 'center', color: 'grey.500', '& svg': { width: 'max(20px, 6%)', height: 'auto' } }}
    >
      <ImageNotSupported />
    </Box>
  )
}
