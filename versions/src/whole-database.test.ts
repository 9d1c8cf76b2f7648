import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { builtinChecks } from '@pgdrill/checks';
import { judge, libpqEnvironment, openWritable, runCapture } from '@pgdrill/core';
import type { ConnectionSettings, Manifest } from '@pgdrill/core';
import { startSandbox } from '@pgdrill/sandbox';
import type { Sandbox } from '@pgdrill/sandbox';
import { clusterObjects, wholeDatabase } from '../../packages/checks/src/fixtures/whole-database.ts';

// The database has no chain, and manifests alone are judged here: nothing can be written.
const NOT_HERE = ['head-hash', 'verify-chain', 'walked-count', 'append-only', 'write-test'];
const checks = builtinChecks.filter(({ name }) => !NOT_HERE.includes(name)).map((check) => ({ check, options: {} }));
const NAMES = { owner: 'the_owner', reader: 'the_reader', group: 'the_group', tablespace: null };
const DATABASE = 'whole';

function capture(connection: ConnectionSettings): Promise<Manifest> {
  const plan = { checks, chains: [], reveal: 'keys', driver: 'pg', workers: 1, deadlineSeconds: 60 } as const;
  return runCapture(plan, connection, () => undefined, new AbortController().signal);
}

function run(tool: string, args: readonly string[], connection: ConnectionSettings): void {
  execFileSync(tool, args, {
    env: { ...process.env, ...libpqEnvironment(connection) },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
}

/** A server of that version, with the roles that the database names. */
async function server(major: number): Promise<Sandbox> {
  const embedded = join(import.meta.dirname, '..', `${major}`);
  const sandbox = await startSandbox({ kind: 'embedded', embedded, major });
  const db = await openWritable(sandbox.connection, 'pg');
  try {
    for (const statement of clusterObjects(NAMES)) await db.query(statement);
    return sandbox;
  } catch (error) {
    await sandbox.close();
    throw error;
  } finally {
    await db.close();
  }
}

describe.each([
  [13, [15, 18]],
  [14, [15, 18]],
  [15, [16, 17, 18]],
])('an object of every kind, from PostgreSQL %i', (from, majors) => {
  let directory: string;
  let before: Manifest;
  const dump = (): string => join(directory, 'whole.dump');
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'pgdrill-versions-'));
    const source = await server(from);
    try {
      const admin = await openWritable(source.connection, 'pg');
      await admin.query(`CREATE DATABASE ${DATABASE} TEMPLATE template0`);
      await admin.close();
      const connection = { ...source.connection, database: DATABASE };
      const db = await openWritable(connection, 'pg');
      for (const part of wholeDatabase(DATABASE, NAMES)) await db.script(part);
      await db.close();
      before = await capture(connection);
      run('pg_dump', ['-Fc', '--create', '--file', dump()], connection);
    } finally {
      await source.close();
    }
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  it.each(majors)('comes back whole in PostgreSQL %i', async (major) => {
    const target = await server(major);
    try {
      run('pg_restore', ['--create', '--exit-on-error', '-d', 'postgres', dump()], target.connection);
      const results = judge(before, await capture({ ...target.connection, database: DATABASE }), checks);
      const findings = results.flatMap((check) => check.findings.filter(({ severity }) => severity !== 'notice'));
      expect(findings.map(({ code, subject, expected, actual }) => ({ code, subject, expected, actual }))).toEqual([]);
      expect(
        results.filter(({ verdict }) => verdict !== 'passed').map(({ name, reason }) => ({ name, reason })),
      ).toEqual([]);
    } finally {
      await target.close();
    }
  });
});
