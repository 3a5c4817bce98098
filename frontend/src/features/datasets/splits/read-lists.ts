import type { Json, SplitLists } from '@/api/types'

const WORDS: [RegExp, string][] = [
  [/train/i, 'train'],
  [/(^|[^a-z])(val|valid|validation|eval|dev)/i, 'val'],
  [/test/i, 'test'],
]

/**
 * The lists of some JSON files: either one document that names its lists, or one bare list per file, whose name says
 * which part it is (train_indices.json, eval.json, …). Throws a sentence when that cannot be told.
 */
export function mergeLists(files: readonly { name: string; text: string }[]): SplitLists {
  const lists: SplitLists = {}
  for (const file of files) {
    const value = parsed(file)
    if (Array.isArray(value)) {
      const part = WORDS.find(([pattern]) => pattern.test(file.name))?.[1]
      if (!part) throw new Error(`${file.name} is a bare list, and its name does not say whether it is for train, val or test.`)
      add(lists, part, value, file.name)
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, entries] of Object.entries(value)) add(lists, key, entries, file.name)
    } else {
      throw new Error(`${file.name} holds neither a list nor an object with lists.`)
    }
  }
  return lists
}

function add(lists: SplitLists, key: string, value: Json, file: string): void {
  if (key in lists) throw new Error(`${file} gives ${key} a second time.`)
  lists[key] = value
}

function parsed(file: { name: string; text: string }): Json {
  try {
    return JSON.parse(file.text) as Json
  } catch (error) {
    throw new Error(`${file.name} is not valid JSON: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
  }
}
