import type { DatumShape, SeenImage } from '@/api/types'

/** Numbers as annotation files have them, so that a shape that was only rounded is the same. */
const rounded = (_: string, value: unknown): unknown => (typeof value === 'number' ? Math.round(value * 100) / 100 : value)
const keyOf = ({ kind, label, geometry, attributes, occluded, z_order, group }: DatumShape): string =>
  JSON.stringify([kind, label, geometry, attributes, occluded, z_order, group], rounded)

/** The shapes of `own` that `other` does not have; of shapes that are there several times, as many as are too many. */
export function shapesOnlyIn(own: SeenImage | null, other: SeenImage | null): Set<DatumShape> {
  const left = new Map<string, number>()
  for (const shape of other?.shapes ?? []) left.set(keyOf(shape), (left.get(keyOf(shape)) ?? 0) + 1)
  const found = new Set<DatumShape>()
  for (const shape of own?.shapes ?? []) {
    const key = keyOf(shape)
    const rest = left.get(key) ?? 0
    if (rest > 0) left.set(key, rest - 1)
    else found.add(shape)
  }
  return found
}

/** "leaf 2, rust 1" of the shapes' classes. */
export function classesOf(shapes: Iterable<DatumShape>): string {
  const counts = new Map<string, number>()
  for (const { label } of shapes) counts.set(label, (counts.get(label) ?? 0) + 1)
  return [...counts].map(([label, number]) => (number > 1 ? `${label} × ${number}` : label)).join(', ')
}
