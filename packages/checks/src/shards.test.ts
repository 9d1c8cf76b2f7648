import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mergeShards, openSnapshot, openWritable, resolveConnection, runCapture, runShard } from '@pgdrill/core';
import type { CapturePlan, ConnectionSettings, DriverName, Manifest, Shard } from '@pgdrill/core';
import { createTestDatabase } from '../../sandbox/src/testing/test-database.ts';
import type { TestDatabase } from '../../sandbox/src/testing/test-database.ts';
import { loadAuditChain } from '../../sandbox/src/testing/workload.ts';
import { builtinChecks } from './builtin-checks.ts';

const { signal } = new AbortController();
const quiet = (): void => undefined;

/** Tables of many stripes, of a few and of one; without rows, and with none in their first stripe; without a key; in partitions; materialised views. */
const TABLES = `
  CREATE TABLE large (id int PRIMARY KEY, amount numeric, at timestamptz, pause interval, note text, twice int GENERATED ALWAYS AS (id * 2) STORED);
  INSERT INTO large SELECT n, n * 1.10, timestamptz '2024-01-01' + n * interval '1.000001 s', n * interval '1.5 s', repeat(md5(n::text), 8)
    FROM generate_series(1, 70000) AS n;
  DELETE FROM large WHERE id % 7 = 0;
  CREATE TABLE keyless AS SELECT n % 10 AS a, repeat('x', 500) AS b FROM generate_series(1, 8000) AS n;
  CREATE TABLE late AS SELECT n, repeat('x', 500) AS b FROM generate_series(1, 12000) AS n; DELETE FROM late WHERE n < 9000;
  CREATE TABLE empty (id int PRIMARY KEY, at timestamp); CREATE TABLE "Odd.Name" AS SELECT now() AS at; CREATE TABLE no_columns ();
  CREATE TABLE parted (id int, at timestamptz) PARTITION BY RANGE (id);
  CREATE TABLE low PARTITION OF parted FOR VALUES FROM (0) TO (30000); CREATE TABLE high PARTITION OF parted FOR VALUES FROM (30000) TO (90000);
  CREATE TABLE none PARTITION OF parted FOR VALUES FROM (90000) TO (99999);
  INSERT INTO parted SELECT n, now() FROM generate_series(0, 60000) AS n;
  CREATE MATERIALIZED VIEW seen AS SELECT * FROM keyless; CREATE MATERIALIZED VIEW unseen AS SELECT 1 AS n WITH NO DATA`;

let database: TestDatabase;
let connection: ConnectionSettings;
beforeAll(async () => {
  database = await createTestDatabase();
  connection = resolveConnection(database.url, {});
  await loadAuditChain({ connection, driver: 'pg', rows: 24 });
  const db = await openWritable(connection, 'pg');
  await db.script(TABLES);
  await db.close();
});
afterAll(() => database.drop());

function planOf(driver: DriverName, digest = 'hash128'): CapturePlan {
  const checks = builtinChecks.map((check) => ({ check, options: check.name === 'content' ? { digest } : {} }));
  return { checks, chains: [], reveal: 'keys', driver, workers: 2, deadlineSeconds: 60 };
}

/** As it is stored, without its times. */
function textOf(manifest: Manifest): string {
  return JSON.stringify({ ...manifest, capturedAt: '', seconds: 0 }, null, 2);
}

/** As it comes back from its file. */
function stored(shard: Shard): Shard {
  return JSON.parse(JSON.stringify(shard)) as Shard;
}

async function held<Result>(work: (snapshotId: string) => Promise<Result>): Promise<Result> {
  const holder = await openSnapshot({ connection, driver: 'pg' });
  try {
    return await work(holder.snapshotId ?? '');
  } finally {
    await holder.close();
  }
}

async function mergedOf(plan: CapturePlan, of: number, snapshotId: string, between = async (): Promise<void> => {}) {
  const shards = [];
  for (let index = 1; index <= of; index += 1) {
    const shard = await runShard(plan, connection, { shard: { index, of }, snapshotId }, quiet, signal);
    shards.push({ name: `${index}.json`, shard: stored(shard) });
    await between();
  }
  return { shards, merged: mergeShards(shards.toReversed()) };
}

describe.each<DriverName>(['pg', 'postgres'])('mergeShards of captures over %s', (driver) => {
  it.each([1, 2, 3, 5])('%i shards: byte for byte the manifest of one capture, but for its times', async (of) => {
    const plan = planOf(driver);
    await held(async (snapshotId) => {
      const whole = await runCapture(plan, connection, quiet, signal, snapshotId);
      const { merged, shards } = await mergedOf(plan, of, snapshotId);
      expect(textOf(merged)).toBe(textOf(whole));
      expect(merged.checks['content']?.tables['public.large']?.measures['rows']).toBe('60000');
      const counts = shards.map(
        ({ shard }) => shard.part.checks['row-count']?.tables['public.large']?.measures['rows'],
      );
      expect(counts.map(Number).every((rows) => rows > 0 && rows < 60_000 / of + 13_000)).toBe(true);
    });
  });
});

describe('mergeShards', () => {
  it('is exact with the digest sha256 too', async () => {
    const plan = planOf('pg', 'sha256');
    await held(async (snapshotId) => {
      const whole = await runCapture(plan, connection, quiet, signal, snapshotId);
      expect(textOf((await mergedOf(plan, 3, snapshotId)).merged)).toBe(textOf(whole));
      expect(whole.checks['content']?.tables['public.large']?.measures).toHaveProperty('sha256_3');
    });
  });

  it('is exact although others write between one shard and the next, so that tables grow and are divided finer', async () => {
    const plan = planOf('pg');
    const writer = await openWritable(connection, 'pg');
    try {
      await held(async (snapshotId) => {
        const whole = await runCapture(plan, connection, quiet, signal, snapshotId);
        const { merged, shards } = await mergedOf(plan, 3, snapshotId, () =>
          writer.script(
            `INSERT INTO keyless SELECT 1, repeat('y', 500) FROM generate_series(1, 8000); UPDATE late SET n = n + 1; DELETE FROM low WHERE id % 3 = 0`,
          ),
        );
        expect(textOf(merged)).toBe(textOf(whole));
        const bucketsOf = ({ shard }: (typeof shards)[number]): unknown =>
          shard.part.checks['content']?.tables['public.keyless']?.buckets?.count;
        expect(new Set(shards.map(bucketsOf).filter((count) => count !== undefined)).size).toBeGreaterThan(1);
      });
    } finally {
      await writer.close();
    }
  });
});
