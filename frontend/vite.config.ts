import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'
import { mockServer } from './mock/vite-plugin.ts'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/** Where `npm run dev` finds the platform. */
const PLATFORM = process.env.TRAINYARD_URL ?? 'http://127.0.0.1:8000'

export default defineConfig(({ mode }) => ({
  // Django serves the build below this path; index.html itself answers every address that is not the API's.
  base: '/static/app/',
  plugins: [react(), mockServer({ api: mode === 'mock' })],
  resolve: {
    alias: {
      '@': here('./src'),
      // rjsf names it in a helper for tests only; ours does not compile schemas into code.
      '@rjsf/validator-ajv8': here('./src/components/schema-form/validator.ts'),
    },
  },
  server: { proxy: mode === 'mock' ? undefined : { '/api': PLATFORM, '/admin': PLATFORM, '/static/admin': PLATFORM } },
  build: {
    target: 'es2022',
    // The strict content policy knows no data: scripts or styles.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'react', test: /node_modules[\\/](react|react-dom|scheduler|react-router)[\\/]/, priority: 3 },
            { name: 'query', test: /node_modules[\\/]@tanstack[\\/](react-query|query-core)[\\/]/, priority: 3 },
          ],
        },
      },
    },
  },
  test: {
    environment: 'jsdom',
    setupFiles: ['./src/testing/setup.ts'],
    include: ['src/**/*.test.{ts,tsx}'],
    testTimeout: 60_000,
    css: false,
    // Tests run the browser's part of tus-js-client, as the pages do; Node would take the other one.
    alias: { 'tus-js-client': here('./node_modules/tus-js-client/lib.esm/browser/index.js') },
    server: { deps: { inline: [/@rjsf/, /tus-js-client/] } },
  },
}))
