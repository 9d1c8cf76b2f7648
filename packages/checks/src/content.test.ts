import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { capture, judge, openSnapshot, resolveConnection } from '@pgdrill/core';
import type { Manifest, ReportCheck } from '@pgdrill/core';
import { createTestDatabase } from '../../sandbox/src/testing/test-database.ts';
import type { TestDatabase } from '../../sandbox/src/testing/test-database.ts';
import { content } from './content.ts';
import type { ContentOptions } from './content/options.ts';
import { CASES, everyType } from './fixtures/every-type.ts';

const open: TestDatabase[] = [];
afterAll(async () => {
  for (const database of open) await database.drop();
});

async function database(sql?: string): Promise<TestDatabase> {
  const made = await createTestDatabase(sql === undefined ? {} : { sql });
  open.push(made);
  return made;
}

async function captured(url: string, options: ContentOptions = {}): Promise<Manifest> {
  const connection = resolveConnection(url, {});
  const stop = new AbortController();
  const session = await openSnapshot({ connection, driver: 'pg', signal: stop.signal });
  const plan = {
    checks: [{ check: content, options }],
    chains: [],
    reveal: 'surrogate-keys',
    driver: 'pg',
    workers: 2,
    deadlineSeconds: 60,
  } as const;
  try {
    return await capture(plan, {
      session,
      connection,
      side: 'before',
      stop,
      progress: () => undefined,
      note: () => undefined,
    });
  } finally {
    await session.close();
  }
}

function judged(before: Manifest, after: Manifest, options: ContentOptions = {}): ReportCheck {
  const [check] = judge(before, after, [{ check: content, options }]);
  if (check === undefined) throw new Error('nothing was judged');
  return check;
}

function run(url: string, tool: string, args: readonly string[], input?: string): string {
  return execFileSync(tool, [...args, '--dbname', url], {
    encoding: 'utf8',
    input,
    stdio: ['pipe', 'pipe', 'pipe'],
    maxBuffer: 2 ** 28,
  });
}

function roundTrip(from: TestDatabase, to: TestDatabase): void {
  run(to.url, 'psql', ['-Xqv', 'ON_ERROR_STOP=1'], run(from.url, 'pg_dump', ['--no-owner', '--no-acl']));
}

describe.each<ContentOptions>([{}, { digest: 'sha256' }])('content with the options %j', (options) => {
  let source: TestDatabase;
  let restored: TestDatabase;
  let before: Manifest;
  beforeAll(async () => {
    source = await database(everyType());
    restored = await database();
    roundTrip(source, restored);
    before = await captured(source.url, options);
  });

  it('finds nothing after a healthy round trip of every type', async () => {
    const check = judged(before, await captured(restored.url, options), options);
    expect(check.findings).toEqual([]);
    expect(check.verdict).toBe('passed');
    expect(check.subjects).toHaveLength(CASES.length);
  });

  it('finds every value that was changed to one easily mistaken for it', async () => {
    run(
      restored.url,
      'psql',
      ['-Xqv', 'ON_ERROR_STOP=1'],
      CASES.map(([, , other], index) => `UPDATE t${index} SET v = ${other} WHERE id = 1;`).join('\n'),
    );
    const check = judged(before, await captured(restored.url, options), options);
    const found = new Set(check.findings.map(({ subject }) => subject));
    expect(CASES.filter((_, index) => !found.has(`public.t${index}`))).toEqual([]);
    expect(new Set(check.findings.map(({ code }) => code))).toEqual(new Set(['content/differs']));
  });
});

const TWO = `CREATE TABLE t (id int PRIMARY KEY, a text, b text); INSERT INTO t SELECT n, 'a' || n, 'b' || n FROM generate_series(1, 1000) AS n;
  CREATE TABLE keyless (a text); INSERT INTO keyless SELECT 'x' || n FROM generate_series(1, 1000) AS n`;

describe('content', () => {
  it.each<[string, string, readonly string[]]>([
    ['nothing at all', 'SELECT 1', []],
    [
      'a vacuum and rows in another order',
      'CREATE TABLE u AS TABLE keyless; TRUNCATE keyless; INSERT INTO keyless SELECT * FROM u ORDER BY a DESC; DROP TABLE u; VACUUM FULL t',
      [],
    ],
    [
      'two rows that swapped a value',
      `UPDATE t SET a = CASE id WHEN 1 THEN 'a2' ELSE 'a1' END WHERE id IN (1, 2)`,
      ['public.t'],
    ],
    ['two columns that swapped their values in a row', 'UPDATE t SET a = b, b = a WHERE id = 5', ['public.t']],
    ['a row doubled in a table without key', `INSERT INTO keyless VALUES ('x7')`, ['public.keyless']],
    ['a row exchanged for a double of another', `UPDATE keyless SET a = 'x8' WHERE a = 'x7'`, ['public.keyless']],
    ['a trailing space', `UPDATE t SET a = a || ' ' WHERE id = 9`, ['public.t']],
    ['a row deleted', 'DELETE FROM t WHERE id = 500', ['public.t']],
    ['a table emptied', 'TRUNCATE keyless', ['public.keyless']],
  ])('names the tables that differ after %s', async (_, damage, expected) => {
    const source = await database(TWO);
    const before = await captured(source.url);
    run(source.url, 'psql', ['-Xqv', 'ON_ERROR_STOP=1'], damage);
    const check = judged(before, await captured(source.url));
    expect(check.findings.map(({ subject }) => subject)).toEqual(expected);
    expect(check.verdict).toBe(expected.length > 0 ? 'failed' : 'passed');
  });

  it('tells a table that is gone, a stale materialised view and a recomputed column from lost rows, and from sound ones', async () => {
    const source = await database(`
      CREATE TABLE base AS SELECT n FROM generate_series(1, 10) AS n; CREATE TABLE gone AS SELECT 1 AS n;
      CREATE FUNCTION doubled(n int) RETURNS int IMMUTABLE LANGUAGE sql RETURN n * 2;
      CREATE TABLE derived (n int PRIMARY KEY, twice int GENERATED ALWAYS AS (doubled(n)) STORED); INSERT INTO derived SELECT generate_series(1, 10);
      CREATE MATERIALIZED VIEW stale AS SELECT * FROM base; CREATE MATERIALIZED VIEW never AS SELECT * FROM base WITH NO DATA;
      CREATE TABLE sound (n int PRIMARY KEY, thrice int GENERATED ALWAYS AS (n * 3) STORED); INSERT INTO sound SELECT generate_series(1, 10);
      CREATE MATERIALIZED VIEW fresh AS SELECT * FROM sound;
      CREATE MATERIALIZED VIEW emptied AS SELECT * FROM base; INSERT INTO base VALUES (11);
      CREATE OR REPLACE FUNCTION doubled(n int) RETURNS int IMMUTABLE LANGUAGE sql RETURN n * 3`);
    const restored = await database();
    roundTrip(source, restored);
    const before = await captured(source.url);
    run(restored.url, 'psql', ['-Xq'], 'DROP TABLE gone; REFRESH MATERIALIZED VIEW emptied WITH NO DATA');
    const check = judged(before, await captured(restored.url));
    const unverified = check.subjects.filter((subject) => subject.unverified !== undefined);
    expect(unverified.map(({ name }) => name)).toEqual(['public.emptied']);
    expect(check.findings.map(({ code, subject, severity }) => `${code} ${subject} ${severity}`).toSorted()).toEqual([
      'content/generated-differs public.derived error',
      'content/matview-differs public.stale warning',
      'content/missing public.gone error',
    ]);
  });

  it('leaves out the columns that the options name, and says so', async () => {
    const source = await database(TWO);
    const options: ContentOptions = { exclude: [{ column: 'public.t.a', reason: 'masked on restore' }] };
    const before = await captured(source.url, options);
    run(source.url, 'psql', ['-Xq'], `UPDATE t SET a = 'masked'`);
    const check = judged(before, await captured(source.url, options), options);
    expect(check.verdict).toBe('passed');
    expect(check.notes).toEqual(['Not compared: public.t.a (masked on restore).']);
  });

  it('does not take rows of another encoding for damaged ones, nor for sound ones', async () => {
    const sql = `CREATE TABLE t (a text); INSERT INTO t VALUES (U&'caf\\00e9')`;
    const latin = await createTestDatabase({ encoding: 'LATIN1', locale: 'C', sql });
    open.push(latin);
    const check = judged(await captured((await database(sql)).url), await captured(latin.url));
    expect(check.verdict).toBe('unverified');
    expect(check.reason).toContain('different encodings (UTF8 before, LATIN1 after)');
  });
});
