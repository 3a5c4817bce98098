/** Numbers, sizes and times as people read them. */

const integer = new Intl.NumberFormat('en', { maximumFractionDigits: 0 })
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'long' })
const exact = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' })

export const count = (value: number): string => integer.format(value)

/** `plural(1, 'image')` → "1 image", `plural(2, 'class', 'classes')` → "2 classes". */
export function plural(value: number, word: string, many = `${word}s`): string {
  return `${integer.format(value)} ${value === 1 ? word : many}`
}

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const

/** A size in bytes with the unit that keeps it below 1024: 1536 → "1.5 KiB". */
export function bytes(value: number | null | undefined): string {
  if (value === null || value === undefined) return '–'
  let rest = value
  let unit = 0
  while (rest >= 1024 && unit < UNITS.length - 1) {
    rest /= 1024
    unit += 1
  }
  const digits = unit === 0 || rest >= 100 ? 0 : 1
  return `${rest.toFixed(digits).replace(/\.0$/, '')} ${UNITS[unit] ?? 'B'}`
}

/** Seconds as "42 s", "3 min 05 s", "2 h 07 min" or "3 d 4 h". */
export function duration(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined) return '–'
  const whole = Math.max(0, Math.round(seconds))
  if (whole < 60) return `${whole} s`
  const minutes = Math.floor(whole / 60)
  if (minutes < 60) return `${minutes} min ${String(whole % 60).padStart(2, '0')} s`
  const hours = Math.floor(minutes / 60)
  if (hours < 48) return `${hours} h ${String(minutes % 60).padStart(2, '0')} min`
  return `${Math.floor(hours / 24)} d ${hours % 24} h`
}

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
]

/** "3 minutes ago", seen from `now` (milliseconds). */
export function ago(iso: string, now: number = Date.now()): string {
  const seconds = (new Date(iso).getTime() - now) / 1000
  for (const [unit, size] of STEPS) {
    if (Math.abs(seconds) >= size) return relative.format(Math.round(seconds / size), unit)
  }
  return 'just now'
}

export const exactTime = (iso: string): string => exact.format(new Date(iso))

/** A score or metric: at most four significant decimals, no trailing zeros, N/A for none. */
export function figure(value: number | null | undefined): string {
  if (value === null || value === undefined || Number.isNaN(value)) return 'N/A'
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞'
  if (Number.isInteger(value)) return String(value)
  const size = Math.abs(value)
  return size < 0.001 || size >= 100_000 ? value.toExponential(2) : String(Number(value.toPrecision(4)))
}

export const percent = (share: number): string => `${Math.round(share * 100)} %`

/** "Torchvision / Classification / EfficientNet", with a version when given. */
export function templateTitle(
  template: { provider: string; architecture: string },
  version?: number,
): string {
  const title = `${template.architecture} (${template.provider})`
  return version === undefined ? title : `${title} v${version}`
}

export const shortDigest = (digest: string): string => digest.replace(/^sha256:/, '').slice(0, 12)
