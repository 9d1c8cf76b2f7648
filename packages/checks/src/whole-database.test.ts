import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { libpqEnvironment, openWritable, resolveConnection, runCapture, runVerify } from '@pgdrill/core';
import type { ConnectionSettings, Manifest, ReportCheck } from '@pgdrill/core';
import { startSecondServer } from '../../sandbox/src/testing/second-server.ts';
import type { SecondServer } from '../../sandbox/src/testing/second-server.ts';
import { createTestDatabase } from '../../sandbox/src/testing/test-database.ts';
import type { TestDatabase } from '../../sandbox/src/testing/test-database.ts';
import { builtinChecks } from './builtin-checks.ts';
import { OTHER_SCHEMAS } from './fixtures/other-schemas.ts';
import { clusterObjects, dropClusterObjects, lossesOf, wholeDatabase } from './fixtures/whole-database.ts';

// Neither database has a chain.
const OF_CHAINS = ['head-hash', 'verify-chain', 'walked-count', 'append-only'];
const checks = builtinChecks.filter(({ name }) => !OF_CHAINS.includes(name)).map((check) => ({ check, options: {} }));
const random = randomBytes(4).toString('hex');
const names = { owner: `o_${random}`, reader: `r_${random}`, group: `g_${random}`, tablespace: `t_${random}` };

let source: TestDatabase;
let from: ConnectionSettings;
let before: Manifest;
let other: SecondServer;
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'pgdrill-whole-'));
  other = await startSecondServer({});
  source = await createTestDatabase();
  from = resolveConnection(source.url, {});
  await onCluster({ ...from, database: 'postgres' }, clusterObjects(names));
  for (const part of wholeDatabase(source.name, names)) await script(from, part);
  before = await capture(from);
});
afterAll(async () => {
  await script(from, 'DROP SUBSCRIPTION IF EXISTS from_afar');
  await source.drop();
  await onCluster({ ...from, database: 'postgres' }, dropClusterObjects(names));
  await other.close();
  await rm(directory, { recursive: true, force: true });
});

async function onCluster(connection: ConnectionSettings, statements: readonly string[]): Promise<void> {
  const db = await openWritable(connection, 'pg');
  try {
    for (const statement of statements) await db.query(statement);
  } finally {
    await db.close();
  }
}

async function script(connection: ConnectionSettings, sql: string): Promise<void> {
  const db = await openWritable(connection, 'pg');
  try {
    await db.script(sql);
  } finally {
    await db.close();
  }
}

const plan = { checks, chains: [], reveal: 'keys', driver: 'pg', workers: 1, deadlineSeconds: 60 } as const;
const { signal } = new AbortController();

function capture(connection: ConnectionSettings): Promise<Manifest> {
  return runCapture(plan, connection, () => undefined, signal);
}

/** Captures a restored database, writes to it as a test, and judges it. */
async function verified(had: Manifest, connection: ConnectionSettings): Promise<readonly ReportCheck[]> {
  const sides = { before: { manifest: had, connection: null }, after: { manifest: null, connection } };
  const { report } = await runVerify(
    { ...plan, ...sides, command: 'verify', writeTest: true },
    () => undefined,
    signal,
  );
  return report.checks;
}

function tool(program: string, args: readonly string[], connection: ConnectionSettings): void {
  execFileSync(program, args, {
    env: { ...process.env, ...libpqEnvironment(connection) },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
}

/** Captures what `restore` left on the other server, under the source's own name, and takes it away again. */
async function restored(restore: () => void): Promise<readonly ReportCheck[]> {
  const connection = { ...other.connection, database: source.name };
  try {
    restore();
    await script(connection, 'ANALYZE');
    return await verified(before, connection);
  } finally {
    await script(connection, 'DROP SUBSCRIPTION IF EXISTS from_afar').catch(() => undefined);
    await onCluster(other.connection, [`DROP DATABASE IF EXISTS ${source.name} WITH (FORCE)`]);
  }
}

/** All that a healthy restore must not have: findings, and checks that did not pass. A notice tells what was no better before. */
function troubles(results: readonly ReportCheck[]): readonly unknown[] {
  return results.flatMap(({ name, verdict, reason, findings }) => [
    ...findings
      .filter(({ severity }) => severity !== 'notice')
      .map(({ code, subject, expected, actual }) => ({ code, subject, expected, actual })),
    ...(verdict === 'passed' ? [] : [{ name, verdict, reason }]),
  ]);
}

describe('a database with an object of every kind, restored carelessly', () => {
  it('has every loss named', async () => {
    const file = join(directory, 'careless');
    const results = await restored(() => {
      tool('pg_dump', ['-Fc', '--file', file], from);
      // No role of the source, no tablespace, nothing of the database itself, and another locale.
      tool('createdb', ['--template', 'template0', '--locale', 'C', source.name], other.connection);
      expect(() => tool('pg_restore', ['-d', source.name, file], other.connection)).toThrow(
        'errors ignored on restore',
      );
    });
    const lost = results.flatMap((check) => check.findings.filter(({ severity }) => severity !== 'notice'));
    const byCode = Map.groupBy(lost, ({ code }) => code);
    expect(
      Object.fromEntries([...byCode].map(([code, of]) => [code, of.map(({ subject }) => subject).toSorted()])),
    ).toEqual(lossesOf(names));
    expect(results.filter(({ verdict }) => verdict === 'unverified')).toEqual([]);
  });
});

describe('a database with an object of every kind', () => {
  beforeAll(() => onCluster(other.connection, clusterObjects(names)));

  it.each(['custom', 'directory', 'tar', 'plain'])('comes back whole in the format %s', async (format) => {
    const file = join(directory, format);
    const results = await restored(() => {
      tool('pg_dump', ['--format', format, '--create', '--file', file], from);
      if (format === 'plain') tool('psql', ['-Xqv', 'ON_ERROR_STOP=1', '-d', 'postgres', '-f', file], other.connection);
      else tool('pg_restore', ['--create', '--exit-on-error', '-d', 'postgres', file], other.connection);
    });
    expect(troubles(results)).toEqual([]);
  });
});

describe('the schemas of other people', () => {
  it.each(Object.entries(OTHER_SCHEMAS))('%s: comes back whole', async (_, sql) => {
    const database = await createTestDatabase({ sql });
    const copy = await createTestDatabase();
    try {
      const [was, is] = [database, copy].map(({ url }) => resolveConnection(url, {})) as [
        ConnectionSettings,
        ConnectionSettings,
      ];
      const file = join(directory, database.name);
      tool('pg_dump', ['-Fc', '--file', file], was);
      tool('pg_restore', ['--exit-on-error', '-d', copy.name, file], is);
      await script(is, 'ANALYZE');
      expect(troubles(await verified(await capture(was), is))).toEqual([]);
    } finally {
      await database.drop();
      await copy.drop();
    }
  });
});
