import { afterEach, describe, expect, it } from 'vitest';
import { judge, resolveConnection, runCapture } from '@pgdrill/core';
import type { CapturePlan, Manifest, ReportCheck } from '@pgdrill/core';
import { createTestDatabase } from '../../sandbox/src/testing/test-database.ts';
import type { TestDatabase } from '../../sandbox/src/testing/test-database.ts';
import { timestampPrecision } from './timestamp-precision.ts';

const open: TestDatabase[] = [];
afterEach(async () => {
  for (const database of open.splice(0)) await database.drop();
});

const checks = [{ check: timestampPrecision, options: {} }];
const plan: CapturePlan = {
  checks,
  chains: [],
  reveal: 'surrogate-keys',
  driver: 'pg',
  workers: 2,
  deadlineSeconds: 60,
};

async function captured(sql: string): Promise<Manifest> {
  const database = await createTestDatabase({ sql });
  open.push(database);
  return runCapture(plan, resolveConnection(database.url, {}), () => undefined, new AbortController().signal);
}

async function judged(sql: string, damage: string): Promise<ReportCheck> {
  const [check] = judge(await captured(sql), await captured(`${sql};\n${damage}`), checks);
  if (check === undefined) throw new Error('nothing was judged');
  return check;
}

const ROWS = `CREATE TABLE t (id int, at timestamptz, due timestamp);
  INSERT INTO t SELECT n, timestamptz '2024-01-01' + n * interval '1.123457 s', timestamp '2024-01-01' + n * interval '0.001 s' FROM generate_series(1, 24) AS n;
  UPDATE t SET due = CASE WHEN id = 22 THEN '-infinity' ELSE 'infinity' END::timestamp WHERE id > 21;
  CREATE TABLE other (span interval, clock time, zoned timetz);
  INSERT INTO other VALUES ('1 month 2 days 03:04:05.000006', '12:00:00.5', '12:00:00.25+02'), ('-1 day -00:00:00.1', '24:00', NULL), (NULL, NULL, '00:00+14')`;

/** What is damaged, how, and the codes that must come of it, each with its subject. */
const DAMAGES: readonly (readonly [what: string, damage: string, codes: readonly string[]])[] = [
  ['nothing', 'SELECT 1', []],
  [
    'nothing, but rows in another order',
    'CREATE TABLE u AS TABLE t; TRUNCATE t; INSERT INTO t SELECT * FROM u ORDER BY id DESC; DROP TABLE u',
    [],
  ],
  [
    'every timestamp cut to milliseconds',
    `UPDATE t SET at = date_trunc('milliseconds', at)`,
    ['digits-lost public.t.at'],
  ],
  [
    'one timestamp cut to milliseconds',
    `UPDATE t SET at = date_trunc('milliseconds', at) WHERE id = 7`,
    ['digits-lost public.t.at'],
  ],
  ['every millisecond cut off', `UPDATE t SET due = date_trunc('second', due)`, ['digits-lost public.t.due']],
  [
    'an interval and a time cut',
    `UPDATE other SET span = span::interval(3), clock = clock::time(0)`,
    ['digits-lost public.other.clock', 'digits-lost public.other.span'],
  ],
  ['a zoned time cut', `UPDATE other SET zoned = zoned::timetz(0)`, ['digits-lost public.other.zoned']],
  [
    'a fraction exchanged',
    `UPDATE t SET at = at + interval '0.000001 s' WHERE id = 7`,
    ['subsecond-differs public.t.at'],
  ],
  ['another precision declared', 'ALTER TABLE other ALTER clock TYPE time(1)', ['declared-differs public.other.clock']],
  [
    'a precision declared that cuts',
    'ALTER TABLE t ALTER at TYPE timestamptz(3)',
    ['declared-differs public.t.at', 'digits-lost public.t.at'],
  ],
  [
    'the latest value moved by a day',
    `UPDATE t SET at = at + interval '1 day' WHERE id = 24`,
    ['extremes-differ public.t.at'],
  ],
  ['a finite value made infinite', `UPDATE t SET due = 'infinity' WHERE id = 1`, ['infinities-differ public.t.due']],
  [
    'an infinite value turned round, beside others of either kind',
    `UPDATE t SET due = '-infinity' WHERE id = 24`,
    ['infinities-differ public.t.due'],
  ],
  [
    'a value cut to four digits',
    `UPDATE t SET at = at::timestamptz(4) WHERE id = 7`,
    ['subsecond-differs public.t.at'],
  ],
  ['every value cut to four digits', `UPDATE t SET at = at::timestamptz(4)`, ['digits-lost public.t.at']],
  [
    'the latest finite value moved, beside infinite ones',
    `UPDATE t SET due = due + interval '1 hour' WHERE id = 21`,
    ['extremes-differ public.t.due'],
  ],
  [
    'the latest value moved by a part of a second',
    `UPDATE t SET at = at + interval '0.000011 s' WHERE id = 24`,
    ['subsecond-differs public.t.at'],
  ],
  [
    'digits lost, and the latest value moved by a day',
    `UPDATE t SET at = date_trunc('milliseconds', at); UPDATE t SET at = at + interval '1 day' WHERE id = 24`,
    ['digits-lost public.t.at', 'extremes-differ public.t.at'],
  ],
  ['a value made null', 'UPDATE t SET at = NULL WHERE id = 3', ['values-differ public.t.at']],
  ['a column dropped', 'ALTER TABLE t DROP COLUMN due', ['column-missing public.t.due']],
];

describe('timestamp-precision', () => {
  it.each(DAMAGES)('after %s', async (_, damage, codes) => {
    const check = await judged(ROWS, damage);
    expect(
      check.findings.map(({ code, subject }) => `${code.replace('timestamp-precision/', '')} ${subject}`).toSorted(),
    ).toEqual(codes);
    expect(check.verdict).toBe(codes.length === 0 ? 'passed' : 'failed');
    expect(check.subjects).toHaveLength(5);
  });

  it('says how many digits were lost, in how many values', async () => {
    const all = await judged(ROWS, `UPDATE t SET at = date_trunc('milliseconds', at)`);
    expect(all.findings[0]?.message).toBe(
      'public.t.at lost fractional digits: 6 digits before, 3 after, in 24 of 24 values; the earliest value is 0.000457 s earlier, the latest value is 0.000968 s earlier.',
    );
    const one = await judged(ROWS, `UPDATE t SET at = date_trunc('milliseconds', at) WHERE id = 7`);
    expect(one.findings[0]?.message).toBe('public.t.at lost fractional digits in 1 of 24 values; others still have 6.');
  });

  it('says how far an extreme moved, and never a value', async () => {
    const { findings } = await judged(
      ROWS,
      `UPDATE t SET at = at - interval '1 day 0.000456 s' + interval '0.000456 s' WHERE id = 1`,
    );
    expect(findings[0]?.message).toBe(
      'The range of public.t.at has changed: the earliest value is 86400.000000 s earlier.',
    );
    expect(JSON.stringify(findings)).not.toContain('2023');
  });

  it.each<[string, string, ReportCheck['verdict']]>([
    ['a row is gone, which is for row-count to tell', 'DELETE FROM t WHERE id = 5', 'unverified'],
    ['a row was added', `INSERT INTO t VALUES (25, '2024-02-01 00:00:00.5+00', NULL)`, 'unverified'],
    ['the table was emptied', 'TRUNCATE t', 'unverified'],
    ['the table is gone', 'DROP TABLE t', 'unverified'],
    [
      'a row is gone and the rest lost its digits',
      `DELETE FROM t WHERE id = 5; UPDATE t SET at = date_trunc('milliseconds', at)`,
      'failed',
    ],
  ])('where %s, neither blames nor passes what it cannot judge', async (_, damage, verdict) => {
    expect((await judged(ROWS, damage)).verdict).toBe(verdict);
  });

  it('tells columns apart whose names differ at their ends alone', async () => {
    const [one, two] = [`${'a'.repeat(60)}one`, `${'a'.repeat(60)}two`];
    const rows = `CREATE TABLE t (id int, ${one} timestamptz, ${two} timestamptz);
      INSERT INTO t SELECT n, timestamptz '2024-01-01' + n * interval '1.123457 s', timestamptz '2024-01-01' + n * interval '1.654321 s' FROM generate_series(1, 9) AS n`;
    const healthy = await judged(rows, 'SELECT 1');
    expect(healthy).toMatchObject({ verdict: 'passed', findings: [] });
    const damaged = await judged(rows, `UPDATE t SET ${two} = date_trunc('milliseconds', ${two}) WHERE id = 7`);
    expect(damaged.findings.map(({ code, subject }) => `${code} ${subject}`)).toEqual([
      `timestamp-precision/digits-lost public.t.${two}`,
    ]);
  });

  it('is skipped where there is nothing with a time in it', async () => {
    expect((await judged('CREATE TABLE t (n int)', 'SELECT 1')).verdict).toBe('skipped');
  });

  it('measures extremes exactly, of any size, and infinities', async () => {
    const manifest = await captured(`
      CREATE DOMAIN instant AS timestamptz;
      CREATE TABLE far (at timestamptz, i instant, span interval, clock timetz, e timestamp);
      INSERT INTO far VALUES ('4713-01-01 00:00:00.000001+00 BC', '294276-12-31 23:59:59.999999+00', '-178000000 years', '23:59:59.999999-15:59', 'infinity'),
        ('294276-12-31 23:59:59.999999+00', 'infinity', '178000000 years 0.000001 s', '00:00:00.000001+15:59', '-infinity')`);
    const { measures } = manifest.checks['timestamp-precision']?.tables['public.far'] ?? { measures: {} };
    expect(measures).toMatchObject({
      'least:at': '-211810204799999999',
      'most:at': '9223371331199999999',
      'whole:at': null,
      'milliseconds:at': null,
      'ten-microseconds:at': null,
      'null:i': '0',
      'plus-infinite:i': '1',
      'minus-infinite:i': '0',
      'least:i': '9223371331199999999',
      'most:i': '9223371331199999999',
      'plus-infinite:e': '1',
      'minus-infinite:e': '1',
      'least:e': null,
      'most:e': null,
      'most:span': '5536512000000000000001',
      'least:span': '-5536512000000000000000',
      'most:clock': '143939999999',
    });
  });
});
