import Inventory from '@mui/icons-material/Inventory2Outlined'
import Public from '@mui/icons-material/PublicOutlined'
import Box from '@mui/material/Box'
import Card from '@mui/material/Card'
import Chip from '@mui/material/Chip'
import Link from '@mui/material/Link'
import Skeleton from '@mui/material/Skeleton'
import Typography from '@mui/material/Typography'
import { Link as RouterLink } from 'react-router'
import type { Template } from '@/api/types'
import { GrantChips } from '@/features/templates/components/grants'
import { paths } from '@/config/paths'
import { plural } from '@/lib/format'

const GRID = { display: 'grid', gap: 4, gridTemplateColumns: 'repeat(auto-fill, minmax(min(300px, 100%), 1fr))', listStyle: 'none', m: 0, p: 0 }

function TemplateCard({ template, project }: { template: Template; project: number }) {
  return (
    <Card component="li" sx={{ position: 'relative', p: 4, display: 'flex', flexDirection: 'column', gap: 2, '&:hover': { borderColor: 'primary.main' } }}>
      <Box sx={{ display: 'flex', justifyContent: 'space-between', gap: 2 }}>
        <Box sx={{ minWidth: 0 }}>
          <Link
            component={RouterLink}
            to={paths.template(project, template.id)}
            color="text.primary"
            underline="hover"
            sx={{ fontWeight: 650, fontSize: 16, '&::after': { content: '""', position: 'absolute', inset: 0 } }}
          >
            {template.architecture}
          </Link>
          <Typography variant="body2" sx={{ color: 'text.secondary' }}>
            {template.provider}
          </Typography>
        </Box>
        {template.latest_version && <Chip variant="outlined" label={`v${template.latest_version.number}`} />}
      </Box>
      {template.summary && <Typography variant="body2">{template.summary}</Typography>}
      <Box sx={{ display: 'flex', gap: 2, flexWrap: 'wrap', mt: 'auto', alignItems: 'center', pt: 1 }}>
        {template.bundled && <Chip icon={<Inventory />} variant="outlined" label="Bundled" />}
        <GrantChips template={template} icon={<Public />} />
        {template.archived && <Chip variant="outlined" label="Archived" />}
        <Typography variant="caption" sx={{ color: 'text.secondary' }}>
          {template.run_count === 0 ? 'Not run yet' : plural(template.run_count, 'run')}
        </Typography>
      </Box>
    </Card>
  )
}

/** The catalogue, a part per category. */
export function TemplateCatalogue({ templates, project }: { templates: Template[] | undefined; project: number }) {
  if (!templates) {
    return (
      <Box sx={GRID} aria-busy="true">
        {[1, 2, 3, 4].map((one) => (
          <Skeleton key={one} variant="rounded" height={168} />
        ))}
      </Box>
    )
  }
  const categories = [...new Set(templates.map((template) => template.category))].sort()
  return (
    <Box sx={{ display: 'grid', gap: 7 }}>
      {categories.map((category) => (
        <Box component="section" key={category} aria-label={category}>
          <Typography variant="h3" component="h2" sx={{ mb: 3 }}>
            {category}
          </Typography>
          <Box component="ul" sx={GRID}>
            {templates
              .filter((template) => template.category === category)
              .map((template) => (
                <TemplateCard key={template.id} template={template} project={project} />
              ))}
          </Box>
        </Box>
      ))}
    </Box>
  )
}
