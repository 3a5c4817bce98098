import BrokenImage from '@mui/icons-material/BrokenImageOutlined'
import Box from '@mui/material/Box'
import MuiLink from '@mui/material/Link'
import Typography from '@mui/material/Typography'
import { Link } from 'react-router'
import type { Dataset, DatasetFinding, FindingImage } from '@/api/types'
import { paths } from '@/config/paths'
import { ClassPictures } from '@/features/datasets/components/doctor/class-pictures'
import { ShapePicture } from '@/features/datasets/components/doctor/shape-picture'

const imageAddress = (dataset: Dataset, image: FindingImage): string =>
  `${paths.dataset(dataset.project, dataset.id)}?search=${encodeURIComponent(image.name)}&image=${image.id}`

function Name({ dataset, image }: { dataset: Dataset; image: FindingImage }) {
  return (
    <MuiLink
      component={Link}
      to={imageAddress(dataset, image)}
      variant="caption"
      title={image.name}
      sx={{ display: 'block', mt: 1, fontWeight: 600, overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}
    >
      {image.name}
    </MuiLink>
  )
}

interface Props {
  dataset: Dataset
  finding: DatasetFinding
  colors: ReadonlyMap<string, string>
}

/** One finding as a picture: the shape drawn large, two images side by side, or a sentence where there is nothing to see. */
export function FindingPicture({ dataset, finding, colors }: Props) {
  const { image, other_image: other } = finding
  if (!image) {
    if (finding.classes.length > 0) return <ClassPictures finding={finding} colors={colors} />
    return (
      <Typography variant="body2" sx={{ p: 3, border: 1, borderColor: 'divider', borderRadius: 1, overflowWrap: 'anywhere' }}>
        {finding.message}
      </Typography>
    )
  }
  if (finding.code === 'image.damaged') {
    return (
      <Box component="figure" sx={{ m: 0, minWidth: 0 }}>
        <Box sx={{ aspectRatio: '4 / 3', display: 'grid', placeItems: 'center', bgcolor: 'action.hover', color: 'text.secondary', borderRadius: 1 }}>
          <BrokenImage fontSize="large" aria-hidden />
        </Box>
        <Typography component="figcaption" variant="caption" sx={{ color: 'text.secondary', display: 'block', mt: 1, overflowWrap: 'anywhere' }}>
          {finding.message}
        </Typography>
      </Box>
    )
  }
  const shapes = [finding.other_shape, finding.shape].filter((shape) => shape !== null)
  const drawn = shapes.filter((shape) => shape.kind !== 'tag')
  return (
    <Box component="figure" sx={{ m: 0, minWidth: 0 }}>
      <Box sx={{ display: 'grid', gap: '2px', gridTemplateColumns: other ? '1fr 1fr' : '1fr' }}>
        {other && (
          <Box sx={{ minWidth: 0 }}>
            <ShapePicture image={other} shapes={[]} colors={colors} alt={other.name} />
            <Name dataset={dataset} image={other} />
          </Box>
        )}
        <Box sx={{ minWidth: 0 }}>
          <ShapePicture image={image} shapes={drawn} colors={colors} alt={finding.message} />
          <Name dataset={dataset} image={image} />
        </Box>
      </Box>
      <Typography component="figcaption" variant="caption" sx={{ color: 'text.secondary', display: 'block', overflowWrap: 'anywhere' }}>
        {finding.message}
      </Typography>
    </Box>
  )
}
