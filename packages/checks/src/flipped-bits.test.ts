import { Buffer } from 'node:buffer';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWritable, resolveConnection, runCapture, runVerify } from '@pgdrill/core';
import type { CapturePlan, Manifest, Report } from '@pgdrill/core';
import { createTestDatabase } from '../../sandbox/src/testing/test-database.ts';
import type { TestDatabase } from '../../sandbox/src/testing/test-database.ts';
import { loadAuditChain } from '../../sandbox/src/testing/workload.ts';
import { builtinChecks } from './builtin-checks.ts';

/** `npm run bench:flips` flips 200. */
const FLIPS = Number(process.env['PGDRILL_TEST_FLIPS'] ?? 20);
const SEED = process.env['PGDRILL_TEST_SEED'] ?? 'pgdrill';

const plan: CapturePlan = {
  checks: builtinChecks.map((check) => ({ check, options: {} })),
  chains: [],
  reveal: 'surrogate-keys',
  driver: 'pg',
  workers: 2,
  deadlineSeconds: 60,
};
const TABLES = `
  CREATE TABLE mixed AS SELECT n AS id, n::numeric / 7 AS exact, n / 7e0::float8 AS inexact, md5(n::text)::uuid AS u, sha256(n::text::bytea) AS b,
    jsonb_build_object('n', n, 'a', ARRAY[n, -n]) AS j, timestamptz '2026-01-01 00:00:00.123456+00' + n * interval '1 s' AS at, 'value ' || n AS s
    FROM generate_series(1, 700) AS n;
  ALTER TABLE mixed ADD PRIMARY KEY (id);
  CREATE TABLE keyless AS SELECT md5(n::text) AS a, n % 2 = 0 AS even FROM generate_series(1, 1500) AS n;
  CREATE MATERIALIZED VIEW counted AS SELECT even, count(*) FROM keyless GROUP BY even`;
const { signal } = new AbortController();

let folder: string;
let source: TestDatabase;
let before: Manifest;
let archive: Buffer;
let text: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pgdrill-flips-'));
  source = await createTestDatabase();
  const connection = resolveConnection(source.url, {});
  await loadAuditChain({ connection, driver: 'pg', rows: 200 });
  const db = await openWritable(connection, 'pg');
  await db.script(TABLES);
  await db.close();
  before = await runCapture(plan, connection, () => undefined, signal);
  const path = join(folder, 'sound.dump');
  tool('pg_dump', ['--format=custom', '--compress=0', '--file', path, '--dbname', source.url]);
  archive = readFileSync(path);
  text = dataOf(source);
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await source.drop();
});

function tool(name: string, args: readonly string[]): string {
  return execFileSync(name, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 2 ** 28 });
}

/** The data as pg_dump writes them: a comparison that has nothing of ours in it. */
function dataOf({ url }: TestDatabase): string {
  // Newer versions of pg_dump put a random word on these lines.
  return tool('pg_dump', ['--data-only', '--dbname', url]).replaceAll(/^\\(un)?restrict .*$/gm, '');
}

/** The archive with one bit flipped, which bit follows from the seed and the number. */
function flipped(number: number): Buffer {
  const place = createHash('sha256').update(`${SEED}:${number}`).digest().readUIntBE(0, 6) % (archive.length * 8);
  const copy = Buffer.from(archive);
  copy[place >> 3] = (copy[place >> 3] ?? 0) ^ (1 << (place & 7));
  return copy;
}

type Fate = 'restore failed' | 'found' | 'identical' | 'WENT UNNOTICED';

/** Restores an archive as anybody would, verifies the result, and looks for itself whether a pass is right. */
async function fateOf(bytes: Buffer): Promise<Fate> {
  const path = join(folder, 'flipped.dump');
  writeFileSync(path, bytes);
  const restored = await createTestDatabase();
  try {
    try {
      tool('pg_restore', ['--dbname', restored.url, path]);
    } catch {
      return 'restore failed';
    }
    const report = await verified(restored);
    if (report.verdict !== 'passed') return 'found';
    return dataOf(restored) === text ? 'identical' : 'WENT UNNOTICED';
  } finally {
    await restored.drop();
  }
}

async function verified(restored: TestDatabase): Promise<Report> {
  const connection = resolveConnection(restored.url, {});
  const sides = { before: { manifest: before, connection: null }, after: { manifest: null, connection } };
  return (await runVerify({ ...plan, command: 'verify', ...sides }, () => undefined, signal)).report;
}

describe('verify, after a bit of an uncompressed archive was flipped', { timeout: 60_000 + FLIPS * 10_000 }, () => {
  it('finds nothing when none was', async () => {
    expect(await fateOf(archive)).toBe('identical');
  });

  it(`lets none of ${FLIPS} flips that changed data go unnoticed (seed ${SEED})`, async () => {
    const fates = new Map<Fate, number[]>();
    for (let number = 1; number <= FLIPS; number += 1) {
      const fate = await fateOf(flipped(number));
      fates.set(fate, [...(fates.get(fate) ?? []), number]);
    }
    if (process.env['PGDRILL_TEST_FLIPS'] !== undefined)
      process.stdout.write(`${Array.from(fates, ([fate, { length }]) => `${fate}: ${length}`).join(', ')}\n`);
    expect(fates.get('WENT UNNOTICED') ?? []).toEqual([]);
    // Else nothing was shown.
    expect(fates.get('found')?.length).toBeGreaterThan(0);
  });
});
