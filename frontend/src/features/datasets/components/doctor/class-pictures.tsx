import Box from '@mui/material/Box'
import Typography from '@mui/material/Typography'
import type { DatasetFinding } from '@/api/types'
import { ShapePicture } from '@/features/datasets/components/doctor/shape-picture'

interface Props {
  finding: DatasetFinding
  colors: ReadonlyMap<string, string>
}

/** What the classes of a finding look like, one example of each side by side; a class without examples is in the words alone. */
export function ClassPictures({ finding, colors }: Props) {
  return (
    <Box component="figure" sx={{ m: 0, minWidth: 0 }}>
      <Box sx={{ display: 'grid', gap: '2px', gridTemplateColumns: `repeat(${finding.classes.length}, minmax(0, 1fr))` }}>
        {finding.classes.map(({ image, shape }) => (
          <Box key={shape.id} sx={{ minWidth: 0 }}>
            <ShapePicture image={image} shapes={shape.kind === 'tag' ? [] : [shape]} colors={colors} alt={`${shape.label} on ${image.name}`} />
            <Typography noWrap variant="caption" title={shape.label} sx={{ display: 'block', mt: 1, fontWeight: 600 }}>
              {shape.label}
            </Typography>
          </Box>
        ))}
      </Box>
      <Typography component="figcaption" variant="caption" sx={{ color: 'text.secondary', display: 'block', overflowWrap: 'anywhere' }}>
        {finding.message}
      </Typography>
    </Box>
  )
}
