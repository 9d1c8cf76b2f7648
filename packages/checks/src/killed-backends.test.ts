import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWritable, resolveConnection, runCapture, runVerify } from '@pgdrill/core';
import type { CapturePlan, ConnectionSettings, Manifest, Report } from '@pgdrill/core';
import { createTestDatabase, testServerUrl } from '../../sandbox/src/testing/test-database.ts';
import type { TestDatabase } from '../../sandbox/src/testing/test-database.ts';
import { builtinChecks } from './builtin-checks.ts';

/** More of them prove more and take longer. */
const RUNS = Number(process.env['PGDRILL_TEST_KILLS'] ?? 10);

const plan: CapturePlan = {
  checks: builtinChecks
    .filter(({ name }) => ['row-count', 'content', 'timestamp-precision'].includes(name))
    .map((check) => ({ check, options: {} })),
  chains: [],
  reveal: 'surrogate-keys',
  driver: 'pg',
  workers: 2,
  deadlineSeconds: 60,
};
const { signal } = new AbortController();

let sound: TestDatabase;
let damaged: TestDatabase;
let before: Manifest;
beforeAll(async () => {
  // Large enough to be read in several chunks by workers of their own.
  const rows = `SELECT n AS id, repeat('x', 150) AS filler, timestamptz '2026-01-01 00:00:00.123456+00' + n * interval '1 s' AS at FROM generate_series(1, 150000) AS n`;
  const sql = `CREATE TABLE t AS ${rows}; ALTER TABLE t ADD PRIMARY KEY (id)`;
  sound = await createTestDatabase({ sql });
  damaged = await createTestDatabase({
    sql: `${sql}; UPDATE t SET filler = 'y' || substr(filler, 2) WHERE id = 149999`,
  });
  before = await runCapture(plan, resolveConnection(sound.url, {}), () => undefined, signal);
});
afterAll(async () => {
  await sound.drop();
  await damaged.drop();
});

/** Verifies a database, while a backend that reads its table is terminated after `delay`; or any of its backends, the leader among them. */
async function verified(database: TestDatabase, delay: number, anyBackend: boolean): Promise<Killed> {
  const connection = { ...resolveConnection(database.url, {}), applicationName: `verify_${database.name}` };
  const running = { now: true };
  const killing = killOne(connection, delay, anyBackend, running);
  const sides = { before: { manifest: before, connection: null }, after: { manifest: null, connection } };
  try {
    const { report } = await runVerify({ ...plan, command: 'verify', ...sides }, () => undefined, signal);
    running.now = false;
    return { report, killed: await killing };
  } finally {
    running.now = false;
  }
}

interface Killed {
  readonly report: Report;
  readonly killed: number;
}

async function killOne(
  { applicationName }: ConnectionSettings,
  delay: number,
  anyBackend: boolean,
  running: { readonly now: boolean },
): Promise<number> {
  const killer = await openWritable(resolveConnection(testServerUrl(), {}), 'pg');
  const victim = anyBackend ? '' : `AND state = 'active' AND query LIKE '%to_json(ARRAY%'`;
  try {
    await sleep(delay);
    while (running.now) {
      const rows = await killer.query(
        `SELECT pg_terminate_backend(pid)::text AS told FROM pg_stat_activity WHERE application_name = $1 ${victim} ORDER BY random() LIMIT 1`,
        [applicationName],
      );
      if (rows.length > 0) return 1;
      await sleep(2);
    }
    return 0;
  } finally {
    await killer.close();
  }
}

const verdicts = (runs: readonly Killed[]): readonly string[] => runs.map(({ report }) => report.verdict);

describe('a verification, one of whose backends is terminated in mid-scan', { timeout: 60_000 + RUNS * 30_000 }, () => {
  it.each([
    ['a worker', false],
    ['any of them', true],
  ])(`${RUNS} times in a row (%s), never passes a damaged database, nor fails a sound one`, async (_, anyBackend) => {
    const [ofSound, ofDamaged]: [Killed[], Killed[]] = [[], []];
    for (let run = 0; run < RUNS; run += 1) {
      // At another moment each time.
      const delay = 20 * (run % 5);
      ofSound.push(await verified(sound, delay, anyBackend));
      ofDamaged.push(await verified(damaged, delay, anyBackend));
    }
    for (const verdict of verdicts(ofSound)) expect(['passed', 'unverified']).toContain(verdict);
    for (const verdict of verdicts(ofDamaged)) expect(['failed', 'unverified']).toContain(verdict);
    const killed = [...ofSound, ...ofDamaged].reduce((sum, run) => sum + run.killed, 0);
    expect(killed).toBeGreaterThanOrEqual(RUNS);
  });

  it('has nothing to say when none is', async () => {
    const sides = {
      before: { manifest: before, connection: null },
      after: { manifest: null, connection: resolveConnection(sound.url, {}) },
    };
    const { report } = await runVerify({ ...plan, command: 'verify', ...sides }, () => undefined, signal);
    expect(report.verdict).toBe('passed');
  });
});
