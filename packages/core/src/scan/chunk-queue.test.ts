import { describe, expect, it } from 'vitest';
import type { Table } from '../table.ts';
import { chunkQuery, measuresOfRow } from './chunk.ts';
import type { Chunk } from './chunk.ts';
import { chunkQueue } from './chunk-queue.ts';
import type { ChunkQueue } from './chunk-queue.ts';
import type { TableScan } from './table-scan.ts';

const count = { owner: 'row-count', name: 'rows', table: 'x', sql: 'count(*)', merge: 'sum' } as const;
const GIGABYTE = 1024 ** 3;

function scanOf(name: string, bytes: number, rest: Partial<TableScan> = {}): TableScan {
  const table: Table = {
    name,
    schema: 'public',
    relation: name,
    kind: 'table',
    persistence: 'permanent',
    populated: true,
    columns: [],
    primaryKey: [],
    bytes,
  };
  return { table, measures: [count], derived: [], buckets: null, ...rest };
}

function drain(queue: ChunkQueue, secondsPerGigabyte = 4): readonly (readonly Chunk[])[] {
  const batches = [];
  for (let batch = queue.take(); batch !== undefined; batch = queue.take()) {
    batches.push(batch);
    queue.took(batch, (batch.reduce((sum, { bytes }) => sum + bytes, 0) / GIGABYTE) * secondsPerGigabyte);
  }
  return batches;
}

describe('chunkQueue', () => {
  it('cuts a large table into ranges without gap or overlap, the last one open', () => {
    const ranges = drain(chunkQueue([scanOf('large', 10 * GIGABYTE)], { serverVersion: 150_000, workers: 2 }))
      .flat()
      .map(({ blocks }) => blocks);
    expect(ranges.length).toBeGreaterThan(10);
    expect(ranges[0]?.from).toBe(0);
    expect(ranges.at(-1)?.to).toBeNull();
    for (const [index, range] of ranges.slice(1).entries()) expect(range?.from).toBe(ranges[index]?.to);
  });

  it('sizes chunks to about a second each, from the speed it is told', () => {
    const batches = drain(chunkQueue([scanOf('large', 10 * GIGABYTE)], { serverVersion: 150_000, workers: 2 }), 2);
    expect(batches[1]?.[0]?.bytes).toBe(GIGABYTE / 2);
  });

  it('divides the rest of a table among the workers, so that none is left with a large last chunk', () => {
    const batches = drain(chunkQueue([scanOf('large', GIGABYTE)], { serverVersion: 150_000, workers: 4 }), 0.1);
    expect(batches.at(-1)?.[0]?.bytes).toBeLessThan(GIGABYTE / 16);
  });

  it('cuts the end of a table so small that a slow worker does not leave the others without work for long', () => {
    const queue = chunkQueue([scanOf('large', GIGABYTE)], { serverVersion: 150_000, workers: 2 });
    // The second is three times as slow.
    const busy: [number, number] = [0, 0];
    for (let batch = queue.take(); batch !== undefined; batch = queue.take()) {
      const next = busy[0] <= busy[1] ? 0 : 1;
      const seconds = (((batch[0]?.bytes ?? 0) / GIGABYTE) * 8) / (next === 0 ? 3 : 1);
      busy[next] += seconds;
      queue.took(batch, seconds);
    }
    expect(Math.abs(busy[0] - busy[1])).toBeLessThan(0.1);
  });

  it('does so only of the last large table, and where there is another worker', () => {
    const first = (scans: readonly TableScan[], workers: number): number | undefined =>
      chunkQueue(scans, { serverVersion: 150_000, workers }).take()?.[0]?.bytes;
    const [one, other] = [scanOf('one', GIGABYTE / 16), scanOf('other', GIGABYTE / 32)];
    expect(first([one], 2)).toBe(GIGABYTE / 64);
    expect(first([one, other], 2)).toBe(GIGABYTE / 32);
    expect(first([one], 1)).toBe(GIGABYTE / 16);
  });

  it('reads a large table whole before PostgreSQL 14, which would scan all of it for every range', () => {
    const batches = drain(chunkQueue([scanOf('large', GIGABYTE)], { serverVersion: 130_000, workers: 2 }));
    expect(batches.map(([chunk]) => chunk?.blocks)).toEqual([null]);
  });

  it('takes the largest tables first, then the small ones, many in one round trip', () => {
    const small = Array.from({ length: 250 }, (_, index) => scanOf(`t${index}`, 8192));
    const scans = [...small, scanOf('middle', 2_000_000), scanOf('large', 3_000_000)];
    const batches = drain(chunkQueue(scans, { serverVersion: 150_000, workers: 2 }));
    expect(batches.map((batch) => [batch[0]?.scan.table.name, batch.length])).toEqual([
      ['large', 1],
      ['middle', 1],
      ['t0', 100],
      ['t100', 100],
      ['t200', 50],
    ]);
  });

  it('leaves out tables that no check measures', () => {
    expect(
      chunkQueue([scanOf('plain', 8192, { measures: [] })], { serverVersion: 150_000, workers: 2 }).take(),
    ).toBeUndefined();
  });

  it('deals the blocks of large tables, and small tables whole, to the shards: each to one of them', () => {
    const scans = [scanOf('large', GIGABYTE), scanOf('a', 8192), scanOf('b', 0), scanOf('middle', 5_000_000)];
    const parts = [1, 2, 3].flatMap((index) =>
      drain(chunkQueue(scans, { serverVersion: 150_000, workers: 2, shard: { index, of: 3 } })).flat(),
    );
    const byTable = Map.groupBy(parts, ({ scan }) => scan.table.name);
    expect([byTable.get('a')?.map(({ blocks }) => blocks), byTable.get('b')?.length]).toEqual([[null], 1]);
    for (const [name, bytes] of [
      ['large', GIGABYTE],
      ['middle', 5_000_000],
    ] as const) {
      const ranges = (byTable.get(name) ?? [])
        .map(({ blocks }) => blocks)
        .toSorted((x, y) => (x?.from ?? 0) - (y?.from ?? 0));
      expect(ranges[0]?.from).toBe(0);
      for (const [index, range] of ranges.slice(1).entries()) expect(range?.from).toBe(ranges[index]?.to);
      expect((ranges.at(-1)?.to ?? 0) * 8192).toBeGreaterThanOrEqual(bytes);
    }
  });

  it("counts a shard's own bytes alone, and deals whole tables before PostgreSQL 14", () => {
    const scans = [scanOf('large', GIGABYTE), scanOf('middle', 5_000_000)];
    const queues = [1, 2, 3].map((index) =>
      chunkQueue(scans, { serverVersion: 130_000, workers: 2, shard: { index, of: 3 } }),
    );
    expect(queues.map(({ totalBytes }) => totalBytes)).toEqual([GIGABYTE, 5_000_000, 0]);
    expect(queues.map((queue) => drain(queue).map(([chunk]) => chunk?.blocks))).toEqual([[null], [null], []]);
  });

  it('hands out again what was given back', () => {
    const queue = chunkQueue([scanOf('one', 8192)], { serverVersion: 150_000, workers: 2 });
    const batch = queue.take() ?? [];
    expect(queue.take()).toBeUndefined();
    queue.giveBack(batch);
    expect(queue.take()).toEqual(batch);
  });
});

describe('chunkQuery', () => {
  const chunk = (scan: TableScan): Chunk => ({ scan, blocks: { from: 3, to: 9 }, bytes: 1, attempts: 0 });

  it('quotes names and bounds the range by ctid', () => {
    expect(chunkQuery([chunk(scanOf('odd "name"', 1))])).toBe(
      "SELECT 0 AS part, NULL::bigint AS bucket, pg_catalog.to_json(ARRAY[NULLIF(pg_catalog.concat(count(*)), '')]::text[]) AS measures" +
        ` FROM ONLY "public"."odd ""name""" AS t WHERE t.ctid >= '(3,0)'::pg_catalog.tid AND t.ctid < '(9,0)'::pg_catalog.tid`,
    );
  });

  const derived = [{ owner: 'content', column: '"content:hash"', sql: 'h(t.a)' }];
  const buckets = { owner: 'content', sql: 't."content:hash" & 3', count: 4, scheme: 'row' };
  const rows =
    'FROM (SELECT t.*, h(t.a) AS "content:hash" FROM ONLY "public"."x" AS t' +
    ` WHERE t.ctid >= '(3,0)'::pg_catalog.tid AND t.ctid < '(9,0)'::pg_catalog.tid OFFSET 0) AS t`;

  it('evaluates derived expressions once per row, below the measures, and groups by bucket', () => {
    const measures = [{ ...count, owner: 'content' }];
    expect(chunkQuery([chunk(scanOf('x', 1, { derived, buckets, measures }))])).toBe(
      'SELECT 0 AS part, (t."content:hash" & 3)::bigint AS bucket, pg_catalog.to_json(ARRAY[NULLIF(pg_catalog.concat(count(*)), \'\')]::text[]) AS measures' +
        ` ${rows} GROUP BY 2`,
    );
  });

  it('merges on the server what is not wanted of each bucket', () => {
    const last = { owner: 'other', name: 'last', table: 'x', sql: 'max(t.n)', merge: 'max' } as const;
    const scan = scanOf('x', 1, { derived, buckets, measures: [count, { ...count, owner: 'content' }, last] });
    expect(chunkQuery([chunk(scan)])).toBe(
      '(WITH buckets AS MATERIALIZED (SELECT 0 AS part, (t."content:hash" & 3)::bigint AS bucket,' +
        " pg_catalog.to_json(ARRAY[NULLIF(pg_catalog.concat(count(*)), '')]::text[]) AS measures," +
        ` count(*) AS m0, max(t.n) AS m1 ${rows} GROUP BY 2)\n` +
        'SELECT part, bucket, measures FROM buckets UNION ALL SELECT 0 AS part, NULL AS bucket,' +
        " pg_catalog.to_json(ARRAY[NULLIF(pg_catalog.concat(sum(m0)), ''), NULLIF(pg_catalog.concat(max(m1)), '')]::text[]) AS measures" +
        ' FROM buckets HAVING count(*) > 0)',
    );
    expect(measuresOfRow(chunk(scan), '2').map(({ owner }) => owner)).toEqual(['content']);
    expect(measuresOfRow(chunk(scan), null)).toEqual([count, last]);
  });

  it('neither divides nor reads a table that has no block', () => {
    const buckets = { owner: 'content', sql: 't.a & 3', count: 4, scheme: 'row' };
    expect(chunkQuery([{ ...chunk(scanOf('x', 0, { buckets })), blocks: null }])).toBe(
      "SELECT 0 AS part, NULL::bigint AS bucket, pg_catalog.to_json(ARRAY[NULLIF(pg_catalog.concat(count(*)), '')]::text[]) AS measures" +
        ' FROM ONLY "public"."x" AS t WHERE false',
    );
  });
});
