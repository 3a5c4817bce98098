import { useCallback, useState } from 'react'
import type { JsonObject } from '@/api/types'
import { parseObject, pretty } from '@/lib/json'

export interface ConfigDraft {
  value: JsonObject
  text: string
  /** Why the text is no JSON object; the form keeps the last good values meanwhile. */
  problem: string | null
  setValue: (value: JsonObject) => void
  setText: (text: string) => void
}

interface State {
  value: JsonObject
  text: string
  problem: string | null
}

const fromValue = (value: JsonObject): State => ({ value, text: pretty(value), problem: null })

/** One configuration as values and as text, in step both ways; text that does not parse is kept and reported. */
export function useConfigDraft(initial: JsonObject): ConfigDraft {
  const [state, setState] = useState<State>(() => fromValue(initial))
  const setValue = useCallback((value: JsonObject) => setState(fromValue(value)), [])
  const setText = useCallback((text: string) => {
    const parsed = parseObject(text)
    setState((old) =>
      parsed.ok ? { value: parsed.value, text, problem: null } : { value: old.value, text, problem: parsed.message },
    )
  }, [])
  return { ...state, setValue, setText }
}
