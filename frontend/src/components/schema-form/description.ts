export interface Described {
  text: string
  link: string | null
}

/** A schema's description; what follows the word `Documentation:` is a link. */
export function splitDescription(description: unknown): Described {
  if (typeof description !== 'string') return { text: '', link: null }
  const [text = '', rest] = description.split(/Documentation:\s*/, 2)
  const link = rest?.match(/https?:\/\/\S+/)?.[0].replace(/[).,;]+$/, '') ?? null
  return { text: text.trim() + (rest !== undefined && link === null ? ` ${rest.trim()}` : ''), link }
}
