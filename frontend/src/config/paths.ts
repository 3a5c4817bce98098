/** Every address of the app, in one table. */

type Id = number | string
const project = (id: Id): string => `/projects/${id}`

export const paths = {
  signIn: (next?: string): string => (next && next !== '/' ? `/sign-in?next=${encodeURIComponent(next)}` : '/sign-in'),
  home: (): string => '/',
  project,
  datasets: (p: Id): string => `${project(p)}/datasets`,
  dataset: (p: Id, id: Id, tab = 'images'): string => `${project(p)}/datasets/${id}/${tab}`,
  version: (p: Id, id: Id, number: Id): string => `${project(p)}/datasets/${id}/versions/${number}`,
  compare: (p: Id, id: Id, from: Id, to: Id): string => `${project(p)}/datasets/${id}/compare?from=${from}&to=${to}`,
  convert: (p: Id): string => `${project(p)}/convert`,
  image: (p: Id, dataset: Id, image: Id, filter = ''): string => `${project(p)}/datasets/${dataset}/images/${image}${filter ? `?${filter}` : ''}`,
  templates: (p: Id): string => `${project(p)}/templates`,
  template: (p: Id, id: Id, tab = 'about'): string => `${project(p)}/templates/${id}/${tab}`,
  runs: (p: Id): string => `${project(p)}/runs`,
  newRun: (p: Id, query: Record<string, Id> = {}): string => {
    const search = new URLSearchParams(Object.entries(query).map(([key, value]) => [key, String(value)])).toString()
    return `${project(p)}/runs/new${search ? `?${search}` : ''}`
  },
  run: (p: Id, id: Id, tab = ''): string => `${project(p)}/runs/${id}${tab ? `/${tab}` : ''}`,
  models: (p: Id): string => `${project(p)}/models`,
  model: (p: Id, id: Id, version?: Id): string => `${project(p)}/models/${id}${version ? `?version=${version}` : ''}`,
  settings: (p: Id, tab = 'account'): string => `${project(p)}/settings/${tab}`,
} as const
