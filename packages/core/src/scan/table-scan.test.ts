import { describe, expect, it } from 'vitest';
import { defineCheck } from '../check.ts';
import type { Table } from '../table.ts';
import { scanOfOwners, tableScan } from './table-scan.ts';

const table: Table = {
  name: 'public.t',
  schema: 'public',
  relation: 't',
  kind: 'table',
  persistence: 'permanent',
  populated: true,
  columns: [],
  primaryKey: [],
  bytes: 0,
};
const lengthOf = (name: string, text: string) => ({
  check: defineCheck({
    name,
    summary: '',
    cost: '',
    derive: () => ({ text }),
    measure: () => ({ length: { sql: `sum(length(t."${name}:text"))`, merge: 'sum' } }),
    judge: () => [],
  }),
  options: {},
});

describe('tableScan', () => {
  it('evaluates once what several ask for, also for each of them alone', () => {
    const scan = tableScan(table, [lengthOf('one', 'concat(t.a)'), lengthOf('two', 'concat(t.a)')]);
    expect(scan.derived.map(({ column }) => column)).toEqual(['"one:text"']);
    expect(scan.measures.map(({ sql }) => sql)).toEqual(['sum(length(t."one:text"))', 'sum(length(t."one:text"))']);
    const two = scanOfOwners(scan, (owner) => owner === 'two');
    expect(two.measures.map(({ owner }) => owner)).toEqual(['two']);
    expect(two.derived.map(({ sql }) => sql)).toEqual(['concat(t.a)']);
  });

  it('evaluates what differs for each', () => {
    const scan = tableScan(table, [lengthOf('one', 'concat(t.a)'), lengthOf('two', 'concat(t.b)')]);
    expect(scan.derived.map(({ column }) => column)).toEqual(['"one:text"', '"two:text"']);
    expect(scanOfOwners(scan, (owner) => owner === 'two').derived.map(({ sql }) => sql)).toEqual(['concat(t.b)']);
  });
});
