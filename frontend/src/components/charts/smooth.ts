/** Exponential smoothing that starts unbiased; 0 leaves the values as they are, gaps stay gaps. */
export function smooth(values: (number | null)[], weight: number): (number | null)[] {
  if (weight <= 0) return values
  let average = 0
  let mass = 0
  return values.map((value) => {
    if (value === null || !Number.isFinite(value)) return null
    average = average * weight + value * (1 - weight)
    mass = mass * weight + (1 - weight)
    return average / mass
  })
}
