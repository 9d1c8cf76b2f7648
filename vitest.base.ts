import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig, mergeConfig, type ViteUserConfig } from 'vitest/config';
import type { InlineConfig } from 'vitest/node';

/**
 * How a run tells its results: to the reader, and, when PGDRILL_TEST_RESULTS names a folder, to a JSON file there that `.ci/run` counts.
 */
export const reporters = (name: string): NonNullable<InlineConfig['reporters']> => {
  const folder = process.env['PGDRILL_TEST_RESULTS'];
  return folder === undefined ? ['default'] : ['default', ['json', { outputFile: join(folder, `${name}.json`) }]];
};

const source = ['@pgdrill/source', 'module', 'node', 'development|production'];

/** What every package's suite shares: it runs the sources, unbuilt, in forked processes of the runtime that started it. */
const base: ViteUserConfig = defineConfig({
  resolve: { conditions: source },
  ssr: { resolve: { conditions: source, externalConditions: source } },
  // Where vitest runs the global set-up.
  environments: { __vitest__: { resolve: { conditions: source, externalConditions: source } } },
  test: {
    include: ['{bin,src}/**/*.test.ts'],
    pool: 'forks',
    env: {
      // Nx forces colours on, which programs under test would inherit.
      FORCE_COLOR: '0',
      PGDRILL_TEST_RUNTIME: 'deno' in process.versions ? 'deno' : 'node',
    },
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Two cores are what CI has, and most suites start servers of their own.
    maxWorkers: 2,
  },
});

/** The suite of one package. */
export const suite = (name: string): ViteUserConfig =>
  mergeConfig(base, { test: { name, reporters: reporters(name) } });

/** The same, with the one throwaway PostgreSQL server that a whole run shares, at the URL in `PGDRILL_TEST_SERVER`. */
export const suiteWithServer = (name: string): ViteUserConfig =>
  mergeConfig(suite(name), {
    test: { globalSetup: fileURLToPath(new URL('packages/sandbox/src/testing/global-setup.ts', import.meta.url)) },
  });
