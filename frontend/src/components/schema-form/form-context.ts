import type { Json, JsonObject } from '@/api/types'

/** What every field of a configuration form may ask for. */
export interface ConfigFormContext {
  defaults: JsonObject
  reset: (key: string) => void
  value: JsonObject
}

export const EMPTY_CONTEXT: ConfigFormContext = { defaults: {}, reset: () => undefined, value: {} }

export const isSet = (value: Json | undefined): value is Json => value !== undefined
