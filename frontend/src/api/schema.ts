// Stands in until the OpenAPI schema is generated (`npm run schema`); every address is allowed.
interface Operation {
  parameters: { query?: Record<string, unknown>; path?: Record<string, string | number>; header?: never; cookie?: never }
  requestBody?: { content: { 'application/json': unknown } }
  responses: { 200: { headers: Record<string, unknown>; content: { 'application/json': unknown } } }
}
interface Path {
  parameters: { query?: never; header?: never; path?: never; cookie?: never }
  get: Operation
  post: Operation
  patch: Operation
  delete: Operation
}
export type paths = Record<`/api/v1/${string}`, Path>
