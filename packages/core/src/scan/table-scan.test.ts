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

  const shared = (owner: string, sql: string) => ({
    owner,
    derive: { text: { sql: 'concat(t.a)', alone: 't.a' } },
    measures: { most: { sql, merge: 'max' } as const },
  });

  it('evaluates in its place what one place alone uses, if that is how it wants it', () => {
    const scan = tableScan(table, [], [shared('one', `max(concat_ws('$&', t."one:text"))`)]);
    expect(scan.derived).toEqual([]);
    expect(scan.measures.map(({ sql }) => sql)).toEqual([`max(concat_ws('$&', t.a))`]);
  });

  it('evaluates it once for all where another place uses it, of the same or of others', () => {
    const twice = tableScan(table, [], [shared('one', 'max(t."one:text" || t."one:text")')]);
    expect(twice.derived.map(({ sql }) => sql)).toEqual(['concat(t.a)']);
    expect(twice.measures.map(({ sql }) => sql)).toEqual(['max(t."one:text" || t."one:text")']);
    for (const others of [[], [lengthOf('zero', 'concat(t.a)')]]) {
      const requests = [shared('one', 'max(t."one:text")'), shared('two', 'max(t."two:text")')];
      const scan = tableScan(table, others, requests.slice(others.length));
      expect(scan.derived.map(({ sql }) => sql)).toEqual(['concat(t.a)']);
      expect(new Set(scan.measures.map(({ sql }) => sql.replace(/.*(t\.".*?").*/, '$1'))).size).toBe(1);
    }
  });

  it('evaluates what differs for each', () => {
    const scan = tableScan(table, [lengthOf('one', 'concat(t.a)'), lengthOf('two', 'concat(t.b)')]);
    expect(scan.derived.map(({ column }) => column)).toEqual(['"one:text"', '"two:text"']);
    expect(scanOfOwners(scan, (owner) => owner === 'two').derived.map(({ sql }) => sql)).toEqual(['concat(t.b)']);
  });
});
