import { execFileSync } from 'node:child_process';
import { afterEach, expect, it } from 'vitest';
import { openWritable, resolveConnection, runCapture, runVerify } from '@pgdrill/core';
import type { Report, Tier } from '@pgdrill/core';
import { createTestDatabase } from '../../sandbox/src/testing/test-database.ts';
import type { TestDatabase } from '../../sandbox/src/testing/test-database.ts';
import { everyCheck as plan } from './fixtures/every-check.ts';

const { signal } = new AbortController();

/** Divided by the hash of an enum, whose labels have other oids in every database; one partition has its columns in another order. */
const BY_ENUM = `
  CREATE TYPE mood AS ENUM ('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h');
  CREATE TABLE log (id int, mood mood, at timestamptz, amount numeric, note text, PRIMARY KEY (id, mood)) PARTITION BY HASH (mood);
  CREATE TABLE log_0 PARTITION OF log FOR VALUES WITH (MODULUS 3, REMAINDER 0);
  CREATE TABLE log_1 PARTITION OF log FOR VALUES WITH (MODULUS 3, REMAINDER 1);
  CREATE TABLE log_2 (note text, amount numeric, at timestamptz, mood mood NOT NULL, id int NOT NULL, PRIMARY KEY (id, mood));
  ALTER TABLE log ATTACH PARTITION log_2 FOR VALUES WITH (MODULUS 3, REMAINDER 2);
  INSERT INTO log SELECT n, (enum_range(null::mood))[1 + n % 8], timestamptz '2026-01-01' + n * interval '1.000001 s', n / 10.0, 'note ' || n FROM generate_series(1, 400) AS n`;

const open: TestDatabase[] = [];
afterEach(async () => {
  for (const database of open.splice(0)) await database.drop();
});

async function query(url: string, sql: string): Promise<readonly Readonly<Record<string, string | null>>[]> {
  const db = await openWritable(resolveConnection(url, {}), 'pg');
  try {
    return await db.query(sql);
  } finally {
    await db.close();
  }
}

function tool(program: string, args: readonly string[], input?: string): string {
  return execFileSync(program, args, { encoding: 'utf8', input, stdio: ['pipe', 'pipe', 'pipe'] });
}

/** What `pg_dump` and `psql` make of it, changed, and judged by a manifest. */
async function restored(damage: string, tier: Tier): Promise<{ report: Report; moved: boolean }> {
  const [source, copy] = [await createTestDatabase({ sql: BY_ENUM }), await createTestDatabase()];
  open.push(source, copy);
  const before = await runCapture({ ...plan, tier }, resolveConnection(source.url, {}), () => undefined, signal);
  const script = tool('pg_dump', ['--dbname', source.url]);
  tool('psql', ['-Xqv', 'ON_ERROR_STOP=1', '--dbname', copy.url], script);
  const placed = 'SELECT tableoid::regclass AS partition, count(*), min(id) FROM log GROUP BY 1 ORDER BY 1';
  const moved = JSON.stringify(await query(source.url, placed)) !== JSON.stringify(await query(copy.url, placed));
  await query(copy.url, damage);
  await query(copy.url, 'ANALYZE');
  const sides = {
    before: { manifest: before, connection: null },
    after: { manifest: null, connection: resolveConnection(copy.url, {}) },
  };
  const { report } = await runVerify({ ...plan, tier, command: 'verify', ...sides }, () => undefined, signal);
  return { report, moved };
}

const FULL: Tier = { name: 'full' };

it.each<[what: string, damage: string, found: readonly (readonly string[])[], tier?: Tier]>([
  ['that came to lie elsewhere', 'SELECT 1', []],
  ['that came to lie elsewhere, of a sample', 'SELECT 1', [], { name: 'sample', percent: 20, seed: 7 }],
  [
    'of which one was lost',
    'DELETE FROM log WHERE id = 77',
    [
      ['content/differs', 'public.log'],
      ['row-count/differs', 'public.log'],
    ],
  ],
  ['of which one was changed', "UPDATE log SET note = note || ' ' WHERE id = 77", [['content/differs', 'public.log']]],
  [
    'of which one lost its microseconds',
    "UPDATE log SET at = date_trunc('second', at) WHERE id = 77",
    [
      ['content/differs', 'public.log'],
      ['timestamp-precision/digits-lost', 'public.log.at'],
    ],
  ],
])('compares together the rows of partitions %s', async (_, damage, found, tier = FULL) => {
  const { report, moved } = await restored(damage, tier);
  expect(moved).toBe(true);
  const codes = report.checks.flatMap(({ findings }) => findings.map(({ code, subject }) => [code, subject]));
  expect(new Set(codes)).toEqual(new Set(found));
  expect(codes).toHaveLength(found.length);
  const names = ['row-count', 'content', 'timestamp-precision'];
  const subjects = report.checks.filter(({ name }) => names.includes(name)).flatMap((check) => check.subjects);
  expect(new Set(subjects.map(({ name }) => name))).toEqual(new Set(['public.log', 'public.log.at']));
});
