import { afterEach, describe, expect, it } from 'vitest';
import { createTestDatabase } from '../../sandbox/src/testing/test-database.ts';
import type { TestDatabase } from '../../sandbox/src/testing/test-database.ts';
import { capture } from './capture.ts';
import { defineCheck } from './check.ts';
import type { AnyCheck } from './check.ts';
import type { ConnectionSettings, DriverName } from './database/connection.ts';
import { resolveConnection } from './database/resolve-connection.ts';
import { openSnapshot } from './database/snapshot.ts';
import type { Manifest } from './manifest.ts';

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).toReversed()) await close();
});

async function databaseWith(sql: string): Promise<TestDatabase> {
  const database = await createTestDatabase({ sql });
  open.push(() => database.drop());
  return database;
}

async function connectionTo(url: string): Promise<ConnectionSettings> {
  return resolveConnection(url, {});
}

async function session(url: string, driver: DriverName = 'pg', signal = new AbortController().signal) {
  const opened = await openSnapshot({ connection: await connectionTo(url), driver, signal, deadlineSeconds: 60 });
  open.push(() => opened.close());
  return opened;
}

const count = defineCheck({
  name: 'count',
  summary: '',
  cost: '',
  measure: () => ({ rows: { sql: 'count(*)', merge: 'sum' } }),
  judge: () => [],
});
const broken = defineCheck({
  name: 'broken',
  summary: '',
  cost: '',
  measure: () => ({ x: { sql: 'sum(1/0)', merge: 'sum' } }),
  judge: () => [],
});

async function captured(url: string, checks: readonly AnyCheck[], driver: DriverName = 'pg'): Promise<Manifest> {
  const stop = new AbortController();
  const plan = {
    checks: checks.map((check) => ({ check, options: {} })),
    chains: [],
    reveal: 'surrogate-keys',
    driver,
    workers: 2,
    deadlineSeconds: 60,
  } as const;
  return capture(plan, {
    session: await session(url, driver, stop.signal),
    connection: await connectionTo(url),
    side: 'before',
    stop,
    progress: () => undefined,
    note: () => undefined,
  });
}

describe.each<DriverName>(['pg', 'postgres'])('capture over %s', (driver) => {
  it('counts tables, leaf partitions, inheritance children and populated materialised views, each by itself', async () => {
    const { url } = await databaseWith(`
      CREATE TABLE plain AS SELECT generate_series(1, 7) AS n;
      CREATE TABLE parent (n int); CREATE TABLE child () INHERITS (parent);
      INSERT INTO parent VALUES (1); INSERT INTO child SELECT generate_series(1, 3);
      CREATE TABLE parted (n int) PARTITION BY RANGE (n);
      CREATE TABLE low PARTITION OF parted FOR VALUES FROM (0) TO (10); CREATE TABLE high PARTITION OF parted FOR VALUES FROM (10) TO (20);
      INSERT INTO parted SELECT generate_series(0, 14);
      CREATE MATERIALIZED VIEW filled AS SELECT * FROM plain; CREATE MATERIALIZED VIEW unfilled AS SELECT * FROM plain WITH NO DATA;
      CREATE SCHEMA "Odd ""schema"; CREATE TABLE "Odd ""schema"."Tab.le" ("Sel|ect" int); INSERT INTO "Odd ""schema"."Tab.le" VALUES (1);
      CREATE VIEW not_counted AS SELECT 1; CREATE TEMP TABLE gone (n int)`);
    const { checks } = await captured(url, [count], driver);
    const rows = Object.entries(checks['count']?.tables ?? {}).map(([name, { measures }]) => [name, measures['rows']]);
    expect(rows).toEqual([
      ['"Odd ""schema"."Tab.le"', '1'],
      ['public.child', '3'],
      ['public.filled', '7'],
      ['public.high', '5'],
      ['public.low', '10'],
      ['public.parent', '1'],
      ['public.plain', '7'],
      ['public.unfilled', undefined],
    ]);
  });

  it('does not let an error in one check cost another its result, and keeps the session usable', async () => {
    const { url } = await databaseWith('CREATE TABLE a AS SELECT 1; CREATE TABLE b AS SELECT 1');
    const { checks } = await captured(url, [broken, count], driver);
    expect(checks['count']?.tables).toEqual({
      'public.a': { measures: { rows: '1' } },
      'public.b': { measures: { rows: '1' } },
    });
    expect(checks['broken']?.tables['public.a']?.error).toMatch(/division by zero/);
  });

  it('records why a check could not observe, and goes on with the others', async () => {
    const { url } = await databaseWith('CREATE TABLE a AS SELECT 1');
    const failing = defineCheck({
      name: 'failing',
      summary: '',
      cost: '',
      observe: async (db) => (await db.query('SELECT * FROM absent')).length,
      judge: () => [],
    });
    const sound = defineCheck({
      name: 'sound',
      summary: '',
      cost: '',
      observe: async (db) => (await db.query('SELECT 1 AS one')).length,
      judge: () => [],
    });
    const { checks } = await captured(url, [failing, sound], driver);
    expect(checks['failing']?.error).toMatch(/absent/);
    expect(checks['sound']?.observation).toBe(1);
  });
});

describe('capture', () => {
  it('runs shared work once per side', async () => {
    const { url } = await databaseWith('CREATE TABLE a AS SELECT 1');
    let runs = 0;
    const sharing = (name: string) =>
      defineCheck({
        name,
        summary: '',
        cost: '',
        observe: (_db, _options, context) => context.once('walk', async () => ++runs),
        judge: () => [],
      });
    const { checks } = await captured(url, [sharing('one'), sharing('two')]);
    expect([checks['one']?.observation, checks['two']?.observation]).toEqual([1, 1]);
  });

  it('reads the tables of extensions too, of which a dump does not carry every row', async () => {
    const { url } = await databaseWith(
      'CREATE TABLE a AS SELECT 1; CREATE TABLE member (n int); ALTER EXTENSION plpgsql ADD TABLE member',
    );
    const { checks } = await captured(url, [count]);
    expect(Object.keys(checks['count']?.tables ?? {})).toEqual(['public.a', 'public.member']);
  });

  it('tells what to do where a name is no UTF-8', async () => {
    const database = await createTestDatabase({
      encoding: 'SQL_ASCII',
      locale: 'C',
      sql: String.raw`DO $$ BEGIN EXECUTE format('CREATE TABLE %I (n int)', convert_from('\xff', 'SQL_ASCII')); END $$`,
    });
    open.push(() => database.drop());
    await expect(captured(database.url, [count])).rejects.toThrow(/Something there is no UTF-8.*rename it/);
  });
});
