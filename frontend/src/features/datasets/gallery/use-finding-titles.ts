import { useQuery } from '@tanstack/react-query'
import { examinationQuery } from '@/features/datasets/api/doctor'

/** What findings are called, by their code. */
export function useFindingTitles(dataset: number): (code: string) => string {
  const kinds = useQuery(examinationQuery(dataset)).data?.kinds ?? []
  return (code) => kinds.find((kind) => kind.code === code)?.title ?? code
}
