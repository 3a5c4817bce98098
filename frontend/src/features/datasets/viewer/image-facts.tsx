import Alert from '@mui/material/Alert'
import Box from '@mui/material/Box'
import type { ImageDetail } from '@/api/types'
import { CopyButton } from '@/components/ui/copy-button'
import { KeyValues } from '@/components/ui/key-values'
import { RelativeTime } from '@/components/ui/relative-time'
import { partWord } from '@/features/datasets/splits/parts'
import { bytes, shortDigest } from '@/lib/format'

const TURNS = ['', 'upright', 'mirrored', 'turned by 180°', 'turned by 180° and mirrored', 'turned left and mirrored', 'turned right', 'turned right and mirrored', 'turned left']

/** What is known of a picture beside what is drawn on it. */
export function ImageFacts({ image }: { image: ImageDetail }) {
  return (
    <Box sx={{ display: 'grid', gap: 3 }}>
      {image.findings.map((finding) => (
        <Alert key={finding.id} severity={finding.severity}>
          {finding.message}
        </Alert>
      ))}
      <KeyValues
        labelWidth={80}
        rows={[
          ['Size', `${image.width} × ${image.height} px`],
          ['File', `${bytes(image.size)}, ${image.media_type}`],
          ['Split', image.part ? partWord(image.part) : 'none'],
          ...(image.orientation > 1 ? ([['EXIF', `stored ${TURNS[image.orientation] ?? ''}; shown upright`]] as [string, string][]) : []),
          ...(image.path && image.path !== image.name ? ([['Uploaded as', image.path]] as [string, string][]) : []),
          [
            'SHA-256',
            <Box key="digest" component="span" sx={{ display: 'inline-flex', alignItems: 'center', gap: 1 }}>
              <code>{shortDigest(image.digest)}</code>
              <CopyButton text={image.digest} label="Copy the whole SHA-256" />
            </Box>,
          ],
          ...(image.edited_at
            ? ([
                [
                  'Edited',
                  <span key="edited">
                    <RelativeTime at={image.edited_at} />
                    {image.edited_by && ` by ${image.edited_by.username}`}
                  </span>,
                ],
              ] as [string, React.ReactNode][])
            : []),
        ]}
      />
    </Box>
  )
}
