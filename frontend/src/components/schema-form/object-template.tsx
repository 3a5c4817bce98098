import Box from '@mui/material/Box'
import Typography from '@mui/material/Typography'
import type { ObjectFieldTemplateProps } from '@rjsf/utils'

/** The fields of an object in as many columns as fit. */
export function ObjectTemplate({ properties, title, description, fieldPathId, schema }: ObjectFieldTemplateProps) {
  const nested = fieldPathId.path.length > 0
  return (
    <Box>
      {nested && (
        <>
          <Typography variant="h6" component="h3">
            {title}
          </Typography>
          {schema.description && (
            <Typography variant="caption" component="div" sx={{ color: 'text.secondary' }}>
              {description}
            </Typography>
          )}
        </>
      )}
      <Box
        sx={{
          display: 'grid',
          gap: '18px 16px',
          gridTemplateColumns: 'repeat(auto-fill, minmax(min(170px, 100%), 1fr))',
          alignItems: 'start',
          mt: nested ? 3 : 0,
        }}
      >
        {properties.filter((property) => !property.hidden).map((property) => property.content)}
      </Box>
    </Box>
  )
}
