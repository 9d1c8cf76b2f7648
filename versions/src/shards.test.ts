import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { builtinChecks } from '@pgdrill/checks';
import { mergeShards, openSnapshot, openWritable, runCapture, runShard } from '@pgdrill/core';
import type { CapturePlan, Manifest } from '@pgdrill/core';
import { startSandbox } from '@pgdrill/sandbox';

const plan: CapturePlan = {
  checks: builtinChecks.map((check) => ({ check, options: {} })),
  chains: [],
  reveal: 'surrogate-keys',
  driver: 'pg',
  workers: 2,
  deadlineSeconds: 60,
};
const { signal } = new AbortController();
const quiet = (): void => undefined;

const withoutTimes = (manifest: Manifest): Manifest => ({ ...manifest, capturedAt: '', seconds: 0 });

// Before 14 a table is not divided; from 17 on the server has another word for a snapshot that is gone.
describe.each([12, 18])('PostgreSQL %i', (major) => {
  it('merges shards into what one capture yields, and says when the snapshot is gone', async () => {
    const embedded = join(import.meta.dirname, '..', `${major}`);
    const { connection, close } = await startSandbox({ kind: 'embedded', embedded, major });
    try {
      const db = await openWritable(connection, 'pg');
      await db.script(
        `CREATE TABLE a AS SELECT n, now() AS at, repeat('x', 500) AS t FROM generate_series(1, 18000) AS n; CREATE TABLE b AS SELECT 1 AS n`,
      );
      await db.close();
      const holder = await openSnapshot({ connection, driver: 'pg' });
      const snapshotId = holder.snapshotId ?? '';
      const shardOf = (index: number): ReturnType<typeof runShard> =>
        runShard(plan, connection, { shard: { index, of: 2 }, snapshotId }, quiet, signal);
      const whole = await runCapture(plan, connection, quiet, signal, snapshotId);
      const shards = [await shardOf(1), await shardOf(2)];
      expect(withoutTimes(mergeShards(shards.map((shard) => ({ name: '', shard }))))).toEqual(withoutTimes(whole));
      const rows = shards.map(({ part }) => part.checks['row-count']?.tables['public.a']?.measures['rows']);
      expect(rows.filter((count) => count !== undefined)).toHaveLength(major < 14 ? 1 : 2);
      await holder.close();
      await expect(shardOf(1)).rejects.toThrow(`The snapshot ${snapshotId} cannot be joined there`);
    } finally {
      await close();
    }
  });
});
