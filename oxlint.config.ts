import { defineConfig, type DummyRuleMap } from 'oxlint';

/** Modules that have one home each, and what to use elsewhere. */
const homes = {
  pg: 'Only the drivers in packages/core/src/database speak to a database; use DatabaseHandle.',
  postgres: 'Only the drivers in packages/core/src/database speak to a database; use DatabaseHandle.',
  ajv: 'Only core validates by schema.',
  // The class for JSON Schema draft 2020-12 has no plain name.
  'ajv/dist/2020.js': 'Only core validates by schema.',
  commander: 'Only the cli parses arguments.',
  'node:child_process': 'Only backups and sandbox start programs.',
} as const;

type Module = keyof typeof homes;

/** Forbids every module that has a home, but those that are at home here. */
const atHome = (...allowed: readonly Module[]): DummyRuleMap => ({
  'no-restricted-imports': [
    'error',
    {
      paths: Object.entries(homes)
        .filter(([name]) => !allowed.includes(name as Module))
        .map(([name, message]) => ({ name, message })),
      patterns: [
        ...Object.entries(homes)
          .filter(([name]) => !allowed.includes(name as Module))
          .map(([name, message]) => ({ group: [`${name}/**`], message })),
        {
          group: ['npm:*', 'jsr:*', 'http:*', 'https:*'],
          message: 'Dependencies are named in package.json, and imported by plain name.',
        },
      ],
    },
  ],
});

const rooms = ['core', 'checks', 'reporters', 'backups', 'sandbox', 'cli', 'tools', 'bench'] as const;

/** Imports go downwards only. */
const mayImport: Readonly<Record<(typeof rooms)[number], readonly string[]>> = {
  core: [],
  checks: ['core'],
  reporters: ['core'],
  backups: ['core'],
  sandbox: ['core'],
  cli: ['core', 'checks', 'reporters', 'backups', 'sandbox'],
  tools: [],
  bench: ['core', 'checks', 'sandbox'],
};

/** Forbids every import of another room but those downwards, and of every package that the importer does not declare. */
const downwards = (...allow: readonly string[]): DummyRuleMap => ({
  '@nx/enforce-module-boundaries': [
    'error',
    {
      allow,
      enforceBuildableLibDependency: false,
      banTransitiveDependencies: true,
      // Only through that shared test server; the tags forbid the rest.
      ignoredCircularDependencies: [['@pgdrill/core', '@pgdrill/sandbox']],
      depConstraints: rooms.map((room) => ({
        sourceTag: `room:${room}`,
        onlyDependOnLibsWithTags: mayImport[room].map((other) => `room:${other}`),
      })),
    },
  ],
});

const tests = ['**/*.test.ts', '**/*.bench.ts', '**/fixtures/**', '**/testing/**'];

export default defineConfig({
  ignorePatterns: ['**/dist/**', '.nx/**', '.cache/**'],
  plugins: ['eslint', 'typescript', 'unicorn', 'oxc', 'import', 'promise', 'node', 'vitest'],
  jsPlugins: ['@nx/oxlint/boundaries-plugin'],
  env: { builtin: true, node: true },
  options: { typeAware: true, denyWarnings: true, reportUnusedDisableDirectives: 'error' },
  categories: { correctness: 'error', suspicious: 'error' },
  rules: {
    ...atHome(),
    ...downwards(),

    // Two runtimes, one tree.
    'no-restricted-globals': [
      'error',
      { name: 'Deno', message: 'One tree runs on both runtimes: use node: built-ins.' },
      { name: 'Bun', message: 'One tree runs on both runtimes: use node: built-ins.' },
      { name: 'Buffer', message: "Import it from 'node:buffer', or use Uint8Array." },
      { name: '__dirname', message: 'Use import.meta.dirname.' },
      { name: 'require', message: 'Use import.' },
    ],
    'unicorn/prefer-node-protocol': 'error',
    'import/no-default-export': 'error',
    'import/no-cycle': 'error',
    'import/extensions': 'off',
    'import/no-unassigned-import': 'off',

    // House style.
    'no-console': 'error',
    'no-var': 'error',
    'prefer-const': 'error',
    eqeqeq: 'error',
    'typescript/consistent-type-imports': 'error',
    'typescript/no-explicit-any': 'error',
    'typescript/no-non-null-assertion': 'error',
    'typescript/no-floating-promises': 'error',
    'typescript/no-misused-promises': 'error',
    'typescript/no-unsafe-argument': 'error',
    'typescript/no-unsafe-assignment': 'error',
    'typescript/no-unsafe-call': 'error',
    'typescript/no-unsafe-member-access': 'error',
    'typescript/no-unsafe-return': 'error',
    'typescript/only-throw-error': 'error',
    'typescript/prefer-promise-reject-errors': 'error',
    'typescript/return-await': ['error', 'error-handling-correctness-only'],
    'typescript/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    'typescript/use-unknown-in-catch-callback-variable': 'error',
    'typescript/no-deprecated': 'error',

    // What the two categories forbid and this house does on purpose.
    'no-shadow': 'off',
    'no-underscore-dangle': 'off',
    'no-await-in-loop': 'off',
    'unicorn/no-array-sort': 'error',
    'unicorn/consistent-function-scoping': 'off',
    // Messages go to threads here, and to no window.
    'unicorn/require-post-message-target-origin': 'off',
    // Objects here are made of closures; nothing has a `this` to lose.
    'typescript/unbound-method': 'off',
    // A CommonJS package such as pg is imported whole, which both runtimes understand.
    'import/no-named-as-default-member': 'off',
    'import/no-named-as-default': 'off',
    'promise/always-return': 'off',
    // JSON.parse gives any; what comes from outside is validated where it comes in.
    'typescript/no-unsafe-type-assertion': 'off',
    'promise/no-multiple-resolved': 'error',
  },
  overrides: [
    { files: ['packages/core/src/**'], rules: atHome('ajv', 'ajv/dist/2020.js') },
    { files: ['packages/core/src/database/**'], rules: atHome('pg', 'postgres') },
    { files: ['packages/backups/src/**', 'packages/sandbox/src/**'], rules: atHome('node:child_process') },
    { files: ['packages/cli/src/**'], rules: atHome('commander') },
    {
      files: tests,
      // Tests of every room share one throwaway server, which is the sandbox's.
      rules: {
        ...atHome('node:child_process'),
        ...downwards('/sandbox/src/testing/[a-z-]+[.]ts$'),
        'import/no-default-export': 'off',
      },
    },
    { files: ['packages/sandbox/src/testing/**'], rules: atHome('node:child_process', 'pg') },
    {
      files: ['packages/core/src/**/*.test.ts', 'packages/core/src/fixtures/**'],
      rules: atHome('node:child_process', 'pg', 'postgres', 'ajv', 'ajv/dist/2020.js'),
    },
    { files: ['bench/src/**'], rules: { ...atHome('node:child_process'), 'no-console': 'off' } },
    { files: ['packages/cli/bin/**', 'tools/src/**'], rules: { ...atHome('node:child_process'), 'no-console': 'off' } },
    {
      files: ['*.config.ts', '**/vitest.config.ts'],
      rules: { 'import/no-default-export': 'off', '@nx/enforce-module-boundaries': 'off' },
    },
  ],
});
