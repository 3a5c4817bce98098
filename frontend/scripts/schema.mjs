// Writes src/api/schema.ts from an OpenAPI file: `npm run schema -- [../openapi.json]`.
import { writeFile } from 'node:fs/promises'
import { pathToFileURL } from 'node:url'
import path from 'node:path'
import openapiTS, { astToString } from 'openapi-typescript'

const source = process.argv[2] ?? '../openapi.json'
const ast = await openapiTS(pathToFileURL(path.resolve(source)))
const banner = '// Generated from the OpenAPI schema by `npm run schema`. Never edited by hand.\n'
await writeFile(new URL('../src/api/schema.ts', import.meta.url), banner + astToString(ast))
console.log(`src/api/schema.ts written from ${source}`)
