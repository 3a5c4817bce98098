import Skeleton from '@mui/material/Skeleton'
import { lazy, Suspense } from 'react'
import type { JsonEditorProps } from '@/components/schema-form/json-editor'

const JsonEditor = lazy(() => import('@/components/schema-form/json-editor'))

export function LazyJsonEditor(props: JsonEditorProps) {
  return (
    <Suspense fallback={<Skeleton variant="rounded" height={props.minHeight ?? 240} />}>
      <JsonEditor {...props} />
    </Suspense>
  )
}
