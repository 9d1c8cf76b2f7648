import { expect, it } from 'vitest';
import { judge, resolveConnection, runCapture } from '@pgdrill/core';
import type { Manifest } from '@pgdrill/core';
import { createTestDatabase } from '../../sandbox/src/testing/test-database.ts';
import { everyCheck } from './fixtures/every-check.ts';

it.each(['row-count', 'content', 'timestamp-precision'])(
  '%s passes no table that neither side has read',
  async (name) => {
    const source = await createTestDatabase({ sql: 'CREATE TABLE t AS SELECT now() AS at' });
    const { signal } = new AbortController();
    let manifest: Manifest;
    try {
      manifest = await runCapture(everyCheck, resolveConnection(source.url, {}), () => undefined, signal);
    } finally {
      await source.drop();
    }
    const observed = manifest.checks[name];
    if (observed === undefined) throw new Error(`${name} observed nothing`);
    const checks = { ...manifest.checks, [name]: { ...observed, tables: { 'public.t': { measures: {} } } } };
    const unread = { ...manifest, checks };
    const planned = everyCheck.checks.filter(({ check }) => check.name === name);
    expect(judge(manifest, manifest, planned)).toMatchObject([{ verdict: 'passed' }]);
    expect(judge(unread, unread, planned)).toMatchObject([{ verdict: 'unverified' }]);
  },
);
