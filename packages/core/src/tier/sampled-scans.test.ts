import { describe, expect, it } from 'vitest';
import { UsageError } from '../errors.ts';
import type { TableScan } from '../scan/table-scan.ts';
import { sampledScans } from './sampled-scans.ts';
import type { KeyRange } from './tier.ts';

const scan: TableScan = {
  table: {
    name: 'public.t',
    schema: 'public',
    relation: 't',
    kind: 'table',
    persistence: 'permanent',
    populated: true,
    columns: [],
    primaryKey: ['id'],
    bytes: 100_000_000,
  },
  measures: [
    { owner: 'row-count', table: 'public.t', name: 'rows', sql: 'count(*)', merge: 'sum' },
    { owner: 'content', table: 'public.t', name: 'hash', sql: 'sum(1)', merge: 'sum' },
  ],
  derived: [],
  buckets: { owner: 'content', sql: '0', count: 1, scheme: 'none' },
};

const partsOf = (ranges: readonly KeyRange[]): readonly (readonly [string | undefined, readonly string[]])[] =>
  sampledScans(
    scan,
    {
      percent: 20,
      seed: 1,
      tables: { 'public.t': { by: 'range', key: [{ name: 'id', type: 'int8' }], of: 10, ranges } },
    },
    new Set(['row-count']),
  ).map(({ where, measures }) => [
    where?.replaceAll('::pg_catalog.int8', '').replaceAll('(t."id")', 'id').replaceAll(/[()]/g, ''),
    measures.map(({ owner }) => owner),
  ]);

const range = (from: string | null, to: string | null): KeyRange => ({
  from: from === null ? null : [from],
  to: to === null ? null : [to],
});

describe('sampledScans', () => {
  const all = ['row-count', 'content'];
  const counted = ['row-count'];

  it.each<readonly [string, readonly KeyRange[], readonly (readonly [string | undefined, readonly string[]])[]]>([
    [
      'between ranges and around them',
      [range('10', '20'), range('30', '40')],
      [
        [`id >= '10' AND id < '20'`, all],
        [`id >= '30' AND id < '40'`, all],
        [`id < '10'`, counted],
        [`id >= '20' AND id < '30'`, counted],
        [`id >= '40'`, counted],
      ],
    ],
    [
      'after ranges that touch, from the first key on',
      [range(null, '-5'), range('-5', '7')],
      [
        [`id < '-5'`, all],
        [`id >= '-5' AND id < '7'`, all],
        [`id >= '7'`, counted],
      ],
    ],
    [
      'before a range that is the last',
      [range('7', null)],
      [
        [`id >= '7'`, all],
        [`id < '7'`, counted],
      ],
    ],
    ['nowhere when the one range is everything', [range(null, null)], [[undefined, all]]],
  ])('counts the rows %s', (_, ranges, expected) => {
    expect(partsOf(ranges)).toEqual(expected);
  });

  it.each([`1'); DROP TABLE t; --`, '', 'a b'])('refuses %j as a key', (key) => {
    expect(() => partsOf([range(key, null)])).toThrow(UsageError);
  });

  it('reads a table whole that the sample does not name', () => {
    expect(sampledScans(scan, { percent: 20, seed: 1, tables: {} }, new Set())).toEqual([scan]);
  });
});
