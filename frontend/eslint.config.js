import { readdirSync } from 'node:fs'
import js from '@eslint/js'
import checkFile from 'eslint-plugin-check-file'
import { importX } from 'eslint-plugin-import-x'
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript'
import jsxA11y from 'eslint-plugin-jsx-a11y'
import reactHooks from 'eslint-plugin-react-hooks'
import globals from 'globals'
import tseslint from 'typescript-eslint'

const features = readdirSync(new URL('./src/features', import.meta.url))

/** shared -> features -> app: each layer imports only what stands to its left. */
const zones = [
  {
    target: ['./src/components', './src/lib', './src/api', './src/config'],
    from: ['./src/features', './src/app'],
    message: 'Shared code knows no feature and no page.',
  },
  { target: './src/features', from: './src/app', message: 'A feature knows no page.' },
  { target: ['./src/lib', './src/api', './src/config'], from: './src/components', message: 'Plain code knows no component.' },
  // A feature may ask for another one's data (its api folder), never for its components.
  ...features.map((name) => ({
    target: `./src/features/${name}`,
    from: features.filter((other) => other !== name).map((other) => `./src/features/${other}/components`),
    message: 'Features meet in a page under src/app, not in each other.',
  })),
]

export default tseslint.config(
  { ignores: ['dist', 'src/api/schema.ts', 'public'] },
  js.configs.recommended,
  ...tseslint.configs.strict,
  {
    files: ['**/*.{ts,tsx}'],
    plugins: { 'import-x': importX, 'react-hooks': reactHooks, 'jsx-a11y': jsxA11y, 'check-file': checkFile },
    languageOptions: { globals: globals.browser },
    settings: { 'import-x/resolver-next': [createTypeScriptImportResolver({ project: './tsconfig.json' })] },
    rules: {
      ...reactHooks.configs.recommended.rules,
      ...jsxA11y.flatConfigs.recommended.rules,
      // Focus goes where the reader expects it in a dialog or on the sign-in page.
      'jsx-a11y/no-autofocus': 'off',
      // Nothing is compiled by the React compiler; the virtual list is fine as it is.
      'react-hooks/incompatible-library': 'off',
      'import-x/no-cycle': 'error',
      'import-x/no-restricted-paths': ['error', { zones }],
      'check-file/filename-naming-convention': ['error', { '**/*.{ts,tsx}': 'KEBAB_CASE' }, { ignoreMiddleExtensions: true }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { varsIgnorePattern: '^_', argsIgnorePattern: '^_' }],
      'no-restricted-imports': [
        'error',
        { paths: [{ name: '@mui/icons-material', message: 'Import one icon by its path: the whole set is megabytes.' }] },
      ],
    },
  },
  { files: ['**/*.{js,mjs}', 'mock/**'], languageOptions: { globals: globals.node } },
  { files: ['public/**'], languageOptions: { globals: globals.browser } },
)
