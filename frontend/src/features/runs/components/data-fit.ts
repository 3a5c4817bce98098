import type { Dataset, DatasetVersion, ShapeKind } from '@/api/types'

const NEEDS: [RegExp, ShapeKind[], string][] = [
  [/classif/i, ['tag', 'box'], 'tags (or boxes)'],
  [/segment/i, ['polygon', 'mask'], 'polygons or masks'],
  [/detect/i, ['box'], 'boxes'],
  [/keypoint|pose/i, ['skeleton', 'points'], 'skeletons or points'],
]

/** A warning when the data set lacks what the template learns from; null when it fits or nothing is known. */
export function dataFit(dataset: Pick<Dataset | DatasetVersion, 'image_count' | 'annotated_count' | 'kind_counts'>, taskTypes: string[]): string | null {
  if (dataset.image_count === 0) return 'This data set holds no images yet.'
  if (dataset.annotated_count === 0) return 'No image of this data set is annotated, so there is nothing to learn from.'
  for (const task of taskTypes) {
    const need = NEEDS.find(([pattern]) => pattern.test(task))
    if (need && !need[1].some((kind) => (dataset.kind_counts[kind] ?? 0) > 0)) {
      return `This template learns ${task} from ${need[2]}, but the data set has none.`
    }
  }
  return null
}
