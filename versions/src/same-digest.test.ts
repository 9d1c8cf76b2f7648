import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { builtinChecks } from '@pgdrill/checks';
import { judge, libpqEnvironment, openWritable, resolveConnection, runCapture } from '@pgdrill/core';
import type { CapturePlan, ConnectionSettings, Manifest } from '@pgdrill/core';
import { loadAuditChain, startSandbox } from '@pgdrill/sandbox';
import { everyType } from '../../packages/checks/src/fixtures/every-type.ts';
import { createTestDatabase } from '../../packages/sandbox/src/testing/test-database.ts';
import type { TestDatabase } from '../../packages/sandbox/src/testing/test-database.ts';

// Manifests alone are judged here: nothing can be written.
const checks = builtinChecks.filter(({ name }) => name !== 'write-test').map((check) => ({ check, options: {} }));
const plan: CapturePlan = {
  checks,
  chains: [],
  reveal: 'surrogate-keys',
  driver: 'pg',
  workers: 2,
  deadlineSeconds: 60,
};

/** PostgreSQL 12 and 13 know neither multiranges nor an infinite numeric. */
const notBefore14 = (type: string, value: string): boolean =>
  type.includes('multirange') || (type === 'numeric' && value.includes('Infinity'));

let source: TestDatabase;
let directory: string;
let before: Manifest;
const dump = (): string => join(directory, 'source.dump');

function capture(connection: ConnectionSettings): Promise<Manifest> {
  return runCapture(plan, connection, () => undefined, new AbortController().signal);
}

function run(tool: string, args: readonly string[], connection: ConnectionSettings): void {
  execFileSync(tool, args, {
    env: { ...process.env, ...libpqEnvironment(connection) },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'pgdrill-versions-'));
  source = await createTestDatabase();
  const connection = resolveConnection(source.url, {});
  await loadAuditChain({ connection, driver: 'pg', rows: 240 });
  const db = await openWritable(connection, 'pg');
  await db.script(everyType(notBefore14));
  await db.close();
  before = await capture(connection);
  run('pg_dump', ['-Fc', '--no-owner', '--no-acl', '-f', dump()], connection);
});
afterAll(async () => {
  await source.drop();
  await rm(directory, { recursive: true, force: true });
});

describe.each([12, 13, 14, 15, 16, 17, 18])('PostgreSQL %i', (major) => {
  it('gives the same digests for what was restored from the one dump', async () => {
    const sandbox = await startSandbox({
      kind: 'embedded',
      embedded: join(import.meta.dirname, '..', `${major}`),
      major,
    });
    try {
      run(
        'pg_restore',
        ['--no-owner', '--no-acl', '--exit-on-error', '-d', sandbox.connection.database, dump()],
        sandbox.connection,
      );
      const after = await capture(sandbox.connection);
      expect(Math.floor(after.server.versionNumber / 10_000)).toBe(major);
      const results = judge(before, after, checks);
      // The other server has a library for collations, and versions of extensions, of its own: warnings and notices.
      expect(results.flatMap(({ findings }) => findings.filter(({ severity }) => severity === 'error'))).toEqual([]);
      expect(
        results
          .filter(({ verdict }) => verdict !== 'passed')
          .map(({ name, verdict, reason }) => ({ name, verdict, reason })),
      ).toEqual([]);
    } finally {
      await sandbox.close();
    }
  });

  it('tells a changed value there from the one in the dump', async () => {
    const sandbox = await startSandbox({
      kind: 'embedded',
      embedded: join(import.meta.dirname, '..', `${major}`),
      major,
    });
    try {
      run(
        'pg_restore',
        ['--no-owner', '--no-acl', '--exit-on-error', '-d', sandbox.connection.database, dump()],
        sandbox.connection,
      );
      const db = await openWritable(sandbox.connection, 'pg');
      await db.query('UPDATE t0 SET v = v + 1 WHERE id = 3');
      await db.close();
      const failed = judge(before, await capture(sandbox.connection), checks).filter(
        ({ verdict }) => verdict === 'failed',
      );
      expect(failed.flatMap(({ findings }) => findings.map(({ code, subject }) => `${code} ${subject}`))).toEqual([
        'content/differs public.t0',
      ]);
    } finally {
      await sandbox.close();
    }
  });
});

describe.each([17, 18])('PostgreSQL %i', (major) => {
  it('counts infinite intervals, which are new in 17, and leaves them out of the extremes', async () => {
    const sandbox = await startSandbox({
      kind: 'embedded',
      embedded: join(import.meta.dirname, '..', `${major}`),
      major,
    });
    try {
      const db = await openWritable(sandbox.connection, 'pg');
      await db.script(
        `CREATE TABLE spans (v interval); INSERT INTO spans VALUES ('infinity'), ('-infinity'), ('-infinity'), ('0.5 s'), (NULL)`,
      );
      await db.close();
      const { checks: observed } = await capture(sandbox.connection);
      expect(observed['timestamp-precision']?.tables['public.spans']?.measures).toMatchObject({
        'null:v': '1',
        'plus-infinite:v': '1',
        'minus-infinite:v': '2',
        'least:v': '500000',
        'most:v': '500000',
      });
    } finally {
      await sandbox.close();
    }
  });
});
