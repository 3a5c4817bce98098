/** The y axis where the usual one, with a little air around the values, does not fit; null: it does. */
export function yRange(min: number | null, max: number | null): [number, number] | null {
  if (min === null || max === null) return [0, 1]
  if (min !== max) return null
  // A curve that never changes runs through the middle, not along an edge.
  const margin = Math.abs(min) * 0.1 || 1
  return [min - margin, max + margin]
}
