import { fileURLToPath } from 'node:url';
import { defineConfig, type ViteUserConfig } from 'vitest/config';

const source = ['@pgdrill/source', 'module', 'node', 'development|production'];

/** What every package's suite shares: it runs the sources, unbuilt, in forked processes of the runtime that started it. */
export const base: ViteUserConfig = defineConfig({
  resolve: { conditions: source },
  ssr: { resolve: { conditions: source, externalConditions: source } },
  test: {
    include: ['src/**/*.test.ts'],
    pool: 'forks',
    // One throwaway PostgreSQL server for the run; tests make databases of their own on it.
    globalSetup: [fileURLToPath(new URL('packages/sandbox/src/testing/global-setup.ts', import.meta.url))],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Two cores are what CI has, and most suites start servers of their own.
    maxWorkers: 2,
  },
});
