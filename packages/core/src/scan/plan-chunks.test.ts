import { describe, expect, it } from 'vitest';
import type { Table } from '../table.ts';
import { chunkQuery } from './chunk-query.ts';
import { planChunks } from './plan-chunks.ts';
import type { TableScan } from './plan-chunks.ts';

const count = { owner: 'row-count', name: 'rows', sql: 'count(*)', merge: 'sum' } as const;

function scanOf(name: string, bytes: number, measures = [count]): TableScan {
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
  return { table, measures };
}

const GIGABYTE = 1024 ** 3;

describe('planChunks', () => {
  it('cuts a large table into ranges without gap or overlap, the last one open', () => {
    const batches = planChunks([scanOf('large', GIGABYTE)], 150_000);
    const ranges = batches.flat().map(({ blocks }) => blocks);
    expect(ranges.length).toBe(8);
    expect(ranges[0]?.from).toBe(0);
    expect(ranges.at(-1)?.to).toBeNull();
    for (const [index, range] of ranges.slice(1).entries()) expect(range?.from).toBe(ranges[index]?.to);
  });

  it('reads a large table whole before PostgreSQL 14, which would scan all of it for every range', () => {
    expect(planChunks([scanOf('large', GIGABYTE)], 130_000)).toHaveLength(1);
  });

  it('puts many small tables into one round trip, after the large ones', () => {
    const scans = [...Array.from({ length: 250 }, (_, index) => scanOf(`t${index}`, 8192)), scanOf('large', GIGABYTE)];
    const batches = planChunks(scans, 150_000);
    expect(batches.map((batch) => batch.length)).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 100, 100, 50]);
  });

  it('leaves out tables that no check measures', () => {
    expect(planChunks([scanOf('plain', 8192, [])], 150_000)).toEqual([]);
  });
});

describe('chunkQuery', () => {
  it('quotes names and bounds the range by ctid', () => {
    const [batch = []] = planChunks([scanOf('odd "name"', GIGABYTE)], 150_000);
    expect(chunkQuery(batch)).toBe(
      `SELECT 0 AS part, pg_catalog.to_json(ARRAY[(count(*))::text])::text AS measures FROM ONLY "public"."odd ""name""" AS t` +
        ` WHERE t.ctid >= '(0,0)'::pg_catalog.tid AND t.ctid < '(16384,0)'::pg_catalog.tid`,
    );
  });
});
