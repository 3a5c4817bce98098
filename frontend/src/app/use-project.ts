import { useParams } from 'react-router'

/** The project of the address. */
export function useProjectId(): number {
  return Number(useParams().projectId)
}
