import Alert from '@mui/material/Alert'
import Link from '@mui/material/Link'
import { useQuery } from '@tanstack/react-query'
import { Link as RouterLink } from 'react-router'
import type { Dataset, Leaks } from '@/api/types'
import { paths } from '@/config/paths'
import { isThere } from '@/features/datasets/api/pending'
import { leaksQuery } from '@/features/datasets/api/splits'
import { plural } from '@/lib/format'

/** Before a run: what leaks between the parts of the split that it will use; nothing when all is well. */
export function LeakWarning({ dataset, project }: { dataset: Dataset; project: number }) {
  const split = dataset.split as Dataset['split'] | null
  const leaks = useQuery({ ...leaksQuery(dataset.id, split?.id ?? 0), enabled: split !== null })
  if (split === null || !leaks.data || !isThere<Leaks>(leaks.data, 'leaks') || leaks.data.count === 0) return null
  return (
    <Alert severity="warning">
      {plural(leaks.data.images, 'image')} that look alike lie in different parts of the split {split.name}, so the score will say less than it seems to.{' '}
      <Link component={RouterLink} to={`${paths.dataset(project, dataset.id, 'split')}?split=${split.id}`}>
        See them and put them together
      </Link>
    </Alert>
  )
}
