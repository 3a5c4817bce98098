import type { Json, JsonObject } from '@/api/types'

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Deep equality of JSON values; the order of keys does not matter. */
export function sameJson(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => sameJson(item, b[index]))
  }
  if (isObject(a) && isObject(b)) {
    const keys = new Set([...Object.keys(a), ...Object.keys(b)])
    return [...keys].every((key) => sameJson(a[key], b[key]))
  }
  return false
}

export interface Difference {
  key: string
  from: Json | undefined
  to: Json | undefined
}

/** The top-level keys whose values differ. */
export function differences(from: JsonObject, to: JsonObject): Difference[] {
  const keys = [...new Set([...Object.keys(from), ...Object.keys(to)])]
  return keys
    .filter((key) => !sameJson(from[key], to[key]))
    .map((key) => ({ key, from: from[key], to: to[key] }))
}

export type Parsed = { ok: true; value: JsonObject } | { ok: false; message: string }

/** Reads a JSON object; the message names what is wrong and, where the browser tells, the place. */
export function parseObject(text: string): Parsed {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? { ok: true, value } : { ok: false, message: 'A configuration is a JSON object: { … }.' }
  } catch (error) {
    return { ok: false, message: error instanceof Error ? error.message : String(error) }
  }
}

export const pretty = (value: unknown): string => JSON.stringify(value, null, 2)

/** A value on one line, for tables. */
export const inline = (value: Json | undefined): string =>
  value === undefined ? '–' : typeof value === 'string' ? value : JSON.stringify(value)
