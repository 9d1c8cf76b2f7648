import { createHash } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { resolveConnection, runCapture, runVerify } from '@pgdrill/core';
import type { CapturePlan, Finding, ObserveContext } from '@pgdrill/core';
import { createTestDatabase } from '../../../sandbox/src/testing/test-database.ts';
import type { TestDatabase } from '../../../sandbox/src/testing/test-database.ts';
import { content } from '../content.ts';
import type { ContentOptions } from './options.ts';

const open: TestDatabase[] = [];
afterEach(async () => {
  for (const database of open.splice(0)) await database.drop();
});

async function pair(sql: string, damage: string): Promise<readonly [TestDatabase, TestDatabase]> {
  const [before, after] = [await createTestDatabase({ sql }), await createTestDatabase({ sql: `${sql};\n${damage}` })];
  open.push(before, after);
  return [before, after];
}

interface Settings {
  readonly options?: ContentOptions;
  readonly reveal?: ObserveContext['reveal'];
  /** Judge a manifest of "before" alone, as if its database were gone. */
  readonly manifestOnly?: boolean;
}

async function compared(
  sql: string,
  damage: string,
  { options = {}, reveal = 'surrogate-keys', manifestOnly = false }: Settings = {},
) {
  const [before, after] = await pair(sql, damage);
  const plan: CapturePlan = {
    checks: [{ check: content, options }],
    chains: [],
    reveal,
    driver: 'pg',
    workers: 2,
    deadlineSeconds: 60,
  };
  const { signal } = new AbortController();
  const connection = resolveConnection(before.url, {});
  const source = manifestOnly
    ? { manifest: await runCapture(plan, connection, () => undefined, signal), connection: null }
    : { manifest: null, connection };
  const target = { manifest: null, connection: resolveConnection(after.url, {}) };
  const { report } = await runVerify(
    { ...plan, command: 'compare', before: source, after: target },
    () => undefined,
    signal,
  );
  expect(report.error).toBeUndefined();
  return report.checks[0]?.findings ?? [];
}

const rows = (findings: readonly Finding[]): readonly (readonly unknown[])[] =>
  findings
    .filter(({ code }) => code.startsWith('content/row-'))
    .map(({ code, expected, actual }) => [code, expected, actual])
    .toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
const total = (findings: readonly Finding[]): unknown =>
  findings.find(({ code }) => code === 'content/rows-total')?.actual;

const KEYED = `CREATE TABLE t (id int PRIMARY KEY, a text, n numeric, at timestamptz);
  INSERT INTO t SELECT n, 'a' || n, n / 10.0, timestamptz '2024-01-01' + n * interval '1.000001 s' FROM generate_series(1, 20000) AS n`;
const NAMED = `CREATE TABLE t (name text PRIMARY KEY, v int); INSERT INTO t SELECT 'name' || n, n FROM generate_series(1, 100) AS n`;
const KEYLESS = `CREATE TABLE t (a text); INSERT INTO t SELECT 'x' || n % 10 FROM generate_series(1, 1000) AS n`;

/** A million were tried too: `PGDRILL_TEST_MANY=1000000`. */
const MANY = Number(process.env['PGDRILL_TEST_MANY'] ?? 100_000);

describe('locateContent', () => {
  it('names missing, unexpected and changed rows by key, and the columns that changed', async () => {
    const findings = await compared(
      KEYED,
      `DELETE FROM t WHERE id = 500; INSERT INTO t VALUES (0, 'new', 1, now()); UPDATE t SET n = n * 1.0 WHERE id = 77;
       UPDATE t SET at = date_trunc('milliseconds', at), a = a || ' ' WHERE id = 78`,
    );
    expect(rows(findings)).toEqual([
      ['content/row-changed', 'id=77', { row: 'id=77', columns: ['n'] }],
      ['content/row-changed', 'id=78', { row: 'id=78', columns: ['a', 'at'] }],
      ['content/row-missing', 'id=500', null],
      ['content/row-unexpected', null, 'id=0'],
    ]);
    expect(total(findings)).toEqual({ missing: 1, unexpected: 1, changed: 2 });
  });

  it.each<[what: string, damage: string, twin: string, rows: readonly (readonly [number, ...string[]])[]]>([
    [
      'two rows that swapped a value',
      `UPDATE t SET a = CASE id WHEN 1 THEN 'a2' ELSE 'a1' END WHERE id IN (1, 2)`,
      `UPDATE t SET a = 'a' || id WHERE id IN (1, 2)`,
      [
        [1, 'a'],
        [2, 'a'],
      ],
    ],
    [
      'a text exchanged for one of the same 32-bit hash',
      `UPDATE t SET a = 'row-284963' WHERE id = 101`,
      `UPDATE t SET a = 'row-231267' WHERE id = 101`,
      [[101, 'a']],
    ],
    ['a trailing space', `UPDATE t SET a = a || ' ' WHERE id = 9`, `UPDATE t SET a = a || '' WHERE id = 9`, [[9, 'a']]],
    ['1.10 made 1.1', `UPDATE t SET n = 1.1 WHERE id = 102`, `UPDATE t SET n = 1.10 WHERE id = 102`, [[102, 'n']]],
    ['NULL made empty', `UPDATE t SET a = '' WHERE id = 103`, `UPDATE t SET a = NULL WHERE id = 103`, [[103, 'a']]],
  ])('names the row and the column of %s, and nothing of its healthy twin', async (_, damage, twin, expected) => {
    const special = `${KEYED}; UPDATE t SET a = 'row-231267' WHERE id = 101; UPDATE t SET n = 1.10 WHERE id = 102; UPDATE t SET a = NULL WHERE id = 103`;
    expect(rows(await compared(special, damage))).toEqual(
      expected.map(([id, ...columns]) => ['content/row-changed', `id=${id}`, { row: `id=${id}`, columns }]),
    );
    expect(await compared(special, twin)).toEqual([]);
  });

  it(
    `names one changed bit in one of ${MANY} rows, and nothing where none has changed`,
    { timeout: 300_000 },
    async () => {
      const sql = `CREATE TABLE t (id bigint PRIMARY KEY, b bytea); INSERT INTO t SELECT n, sha256(n::text::bytea) FROM generate_series(1, ${MANY}) AS n`;
      const findings = await compared(sql, 'UPDATE t SET b = set_bit(b, 17, 1 - get_bit(b, 17)) WHERE id = 54321');
      expect(rows(findings)).toEqual([['content/row-changed', 'id=54321', { row: 'id=54321', columns: ['b'] }]]);
      expect(await compared(sql, 'UPDATE t SET b = set_bit(b, 17, get_bit(b, 17)) WHERE id = 54321')).toEqual([]);
    },
  );

  it('keeps the total true beyond the rows that it names', async () => {
    const findings = await compared(KEYED, `UPDATE t SET at = date_trunc('milliseconds', at)`, {
      options: { rows: 3 },
    });
    expect(rows(findings)).toHaveLength(3);
    // Every thousandth row had no digit to lose.
    expect(total(findings)).toEqual({ missing: 0, unexpected: 0, changed: 19_980 });
  });

  it('shows a key that is no surrogate as a hash, unless told to reveal it, and never a value', async () => {
    const hash = `#${createHash('sha256').update('name7').digest('hex').slice(0, 12)}`;
    const damage = `UPDATE t SET v = 424242 WHERE name = 'name7'`;
    const findings = await compared(NAMED, damage);
    expect(rows(findings)).toEqual([['content/row-changed', hash, { row: hash, columns: ['v'] }]]);
    expect(JSON.stringify(findings)).not.toMatch(/name7|424242/);
    expect(rows(await compared(NAMED, damage, { reveal: 'keys' }))[0]?.[1]).toBe('name=name7');
  });

  it('counts doubles in a table without a key', async () => {
    const findings = await compared(
      KEYLESS,
      `INSERT INTO t VALUES ('x3'), ('x3'); DELETE FROM t WHERE ctid = (SELECT min(ctid) FROM t WHERE a = 'x5')`,
    );
    expect(total(findings)).toEqual({ missing: 1, unexpected: 2, changed: 0 });
    expect(rows(findings).map(([code]) => code)).toEqual([
      'content/row-missing',
      'content/row-unexpected',
      'content/row-unexpected',
    ]);
  });

  it('compares rows as a whole where one side lost its primary key', async () => {
    const findings = await compared(KEYED, 'ALTER TABLE t DROP CONSTRAINT t_pkey; UPDATE t SET a = NULL WHERE id = 9');
    expect(total(findings)).toEqual({ missing: 1, unexpected: 1, changed: 0 });
  });

  it('says so where the columns are not the same', async () => {
    const findings = await compared(KEYED, 'ALTER TABLE t DROP COLUMN a');
    expect(findings.map(({ code }) => code)).toEqual(['content/differs', 'content/columns-differ']);
  });

  it('narrows down to buckets and candidate keys where only a manifest is left', async () => {
    const findings = await compared(KEYED, 'UPDATE t SET a = NULL WHERE id = 4711', {
      manifestOnly: true,
      options: { rows: 5000, buckets: 256 },
    });
    const suspected = findings.filter(({ code }) => code === 'content/row-suspected').map(({ actual }) => actual);
    expect(suspected).toContain('id=4711');
    expect(suspected.length).toBeLessThan(200);
    expect(findings[0]?.message).toMatch(/1 of 256 buckets differ, which hold \d+ rows/);
  });
});
