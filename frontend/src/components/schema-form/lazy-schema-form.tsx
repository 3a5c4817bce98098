import Box from '@mui/material/Box'
import Skeleton from '@mui/material/Skeleton'
import { lazy, Suspense } from 'react'
import type { SchemaFormProps } from '@/components/schema-form/schema-form'

const SchemaForm = lazy(() => import('@/components/schema-form/schema-form'))
const FIELDS = [1, 2, 3, 4, 5, 6]

function FormSkeleton() {
  return (
    <Box sx={{ display: 'grid', gap: 4, gridTemplateColumns: 'repeat(auto-fill, minmax(min(230px, 100%), 1fr))' }} aria-busy="true">
      {FIELDS.map((field) => (
        <Skeleton key={field} variant="rounded" height={40} />
      ))}
    </Box>
  )
}

export function LazySchemaForm(props: SchemaFormProps) {
  return (
    <Suspense fallback={<FormSkeleton />}>
      <SchemaForm {...props} />
    </Suspense>
  )
}
