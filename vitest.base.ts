import { fileURLToPath } from 'node:url';
import { defineConfig, mergeConfig, type ViteUserConfig } from 'vitest/config';

const source = ['@pgdrill/source', 'module', 'node', 'development|production'];

/** What every package's suite shares: it runs the sources, unbuilt, in forked processes of the runtime that started it. */
export const base: ViteUserConfig = defineConfig({
  resolve: { conditions: source },
  ssr: { resolve: { conditions: source, externalConditions: source } },
  test: {
    include: ['{bin,src}/**/*.test.ts'],
    pool: 'forks',
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Two cores are what CI has, and most suites start servers of their own.
    maxWorkers: 2,
  },
});

/** Adds the one throwaway PostgreSQL server that a whole run shares, at the URL in `PGDRILL_TEST_SERVER`. */
export const withServer: ViteUserConfig = mergeConfig(base, {
  test: { globalSetup: fileURLToPath(new URL('packages/sandbox/src/testing/global-setup.ts', import.meta.url)) },
});
