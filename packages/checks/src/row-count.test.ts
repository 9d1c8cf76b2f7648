import { afterEach, describe, expect, it } from 'vitest';
import { judge, resolveConnection, runCapture } from '@pgdrill/core';
import type { CapturePlan, Manifest, ReportCheck } from '@pgdrill/core';
import { createTestDatabase } from '../../sandbox/src/testing/test-database.ts';
import type { TestDatabase } from '../../sandbox/src/testing/test-database.ts';
import { rowCount } from './row-count.ts';

const open: TestDatabase[] = [];
afterEach(async () => {
  for (const database of open.splice(0)) await database.drop();
});

const checks = [{ check: rowCount, options: {} }];
const plan: CapturePlan = {
  checks,
  chains: [],
  reveal: 'surrogate-keys',
  driver: 'pg',
  workers: 2,
  deadlineSeconds: 60,
};

async function captured(sql: string, as?: string): Promise<Manifest> {
  const database = await createTestDatabase({ sql });
  open.push(database);
  const connection = resolveConnection(database.url, {});
  const limited = as === undefined ? connection : { ...connection, options: `-c role=${as}` };
  return runCapture(plan, limited, () => undefined, new AbortController().signal);
}

function judged(before: Manifest, after: Manifest): ReportCheck {
  const [check] = judge(before, after, checks);
  if (check === undefined) throw new Error('nothing was judged');
  return check;
}

const TABLES = `CREATE TABLE t AS SELECT n FROM generate_series(1, 24) AS n; CREATE TABLE empty (n int);
  CREATE TABLE parted (n int) PARTITION BY LIST (n); CREATE TABLE one PARTITION OF parted FOR VALUES IN (1); INSERT INTO parted VALUES (1);
  CREATE MATERIALIZED VIEW seen AS SELECT * FROM t; CREATE MATERIALIZED VIEW unseen AS SELECT * FROM t WITH NO DATA`;

describe('row-count', () => {
  it.each<[string, string, readonly string[]]>([
    ['nothing', 'SELECT 1', []],
    ['a row deleted', 'DELETE FROM t WHERE n = 5', ['error row-count/differs public.t']],
    ['a row inserted', 'INSERT INTO t VALUES (25)', ['error row-count/differs public.t']],
    ['a table emptied', 'TRUNCATE t', ['error row-count/differs public.t']],
    ['an empty table dropped', 'DROP TABLE empty', ['error row-count/table-missing public.empty']],
    [
      'a partition moved away',
      'ALTER TABLE parted DETACH PARTITION one; DROP TABLE one',
      ['error row-count/table-missing public.one'],
    ],
    ['a table that was not there', 'CREATE TABLE extra (n int)', ['error row-count/table-unexpected public.extra']],
    [
      'a stale materialised view refreshed',
      `INSERT INTO t VALUES (25); REFRESH MATERIALIZED VIEW seen; DELETE FROM t WHERE n = 25`,
      ['warning row-count/matview-differs public.seen'],
    ],
    [
      'one populated for the first time',
      'REFRESH MATERIALIZED VIEW unseen',
      ['warning row-count/matview-differs public.unseen'],
    ],
  ])('after %s', async (_, damage, expected) => {
    const check = judged(await captured(TABLES), await captured(`${TABLES};\n${damage}`));
    expect(check.findings.map(({ severity, code, subject }) => `${severity} ${code} ${subject}`)).toEqual(expected);
    expect(check.verdict).toBe(expected.some((line) => line.startsWith('error')) ? 'failed' : 'passed');
  });

  it('does not pass a materialised view that has no rows to count any more', async () => {
    const damage = 'REFRESH MATERIALIZED VIEW seen WITH NO DATA';
    const check = judged(await captured(TABLES), await captured(`${TABLES};\n${damage}`));
    expect(check).toMatchObject({ verdict: 'unverified', findings: [] });
    expect(check.reason).toContain('public.seen');
  });

  it('shows the counts of both sides, and says what changed', async () => {
    const check = judged(await captured(TABLES), await captured(`${TABLES}; DELETE FROM t WHERE n < 3`));
    expect(check.subjects.find(({ name }) => name === 'public.t')).toEqual({ name: 'public.t', before: 24, after: 22 });
    expect(check.findings[0]).toMatchObject({
      expected: 24,
      actual: 22,
      message: 'public.t had 24 rows and has 22: 2 rows lost.',
    });
  });

  it('gives the reason why an unlogged table is empty', async () => {
    const sql = 'CREATE UNLOGGED TABLE u AS SELECT 1 AS n';
    const check = judged(await captured(sql), await captured(`${sql}; TRUNCATE u`));
    expect(check.findings[0]?.message).toMatch(/1 row lost\. It is unlogged: /);
  });

  it('does not pass a table that it may not read, nor a database without tables', async () => {
    const sql = `CREATE TABLE hidden (n int); CREATE TABLE open (n int); GRANT SELECT ON open TO pg_read_all_settings`;
    const before = await captured(sql, 'pg_read_all_settings');
    const check = judged(before, before);
    expect(check.verdict).toBe('unverified');
    expect(check.subjects.map(({ name, unverified }) => [name, unverified !== undefined])).toEqual([
      ['public.hidden', true],
      ['public.open', false],
    ]);
    const none = await captured('SELECT 1');
    expect(judged(none, none).verdict).toBe('unverified');
  });
});
