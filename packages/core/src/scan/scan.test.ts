import { afterEach, describe, expect, it } from 'vitest';
import { createTestDatabase } from '../../../sandbox/src/testing/test-database.ts';
import type { Buckets, Measure } from '../check.ts';
import type { SnapshotSession } from '../database/handle.ts';
import { resolveConnection } from '../database/resolve-connection.ts';
import { openSnapshot } from '../database/snapshot.ts';
import { listTables } from '../database/tables.ts';
import { openWritable } from '../database/writable-connection.ts';
import type { ShardPlace } from '../shard.ts';
import type { ScanState } from './scan-progress.ts';
import { scanTables } from './scan.ts';
import { tableScan } from './table-scan.ts';

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).toReversed()) await close();
});

const measures: Readonly<Record<string, Measure>> = {
  rows: { sql: 'count(*)', merge: 'sum' },
  total: { sql: 'sum(t.n * 1.10)', merge: 'sum' },
  least: { sql: 'min(t.n)', merge: 'min' },
  most: { sql: 'max(t.n)', merge: 'max' },
};

interface Probe {
  readonly chunkBytes: number;
  readonly bucket?: Buckets;
  readonly derived?: Readonly<Record<string, string>>;
  readonly extra?: Readonly<Record<string, Measure>>;
  readonly shard?: ShardPlace;
  /** The measures say what they are over no rows. */
  readonly knownOfNone?: boolean;
  /** The size that every table is taken to have. */
  readonly bytes?: number;
}

async function sessionOn(sql: string): Promise<{ session: SnapshotSession; url: string }> {
  const database = await createTestDatabase({ sql });
  open.push(() => database.drop());
  const session = await openSnapshot({ connection: resolveConnection(database.url, {}), driver: 'pg' });
  open.push(() => session.close());
  return { session, url: database.url };
}

async function scan(session: SnapshotSession, probe: Probe, of: 'probe' | 'beside' = 'probe') {
  const { chunkBytes, bucket, derived, extra, shard, knownOfNone = false, bytes } = probe;
  const known = (name: string): Pick<Measure, 'ofNone'> =>
    knownOfNone ? { ofNone: name === 'rows' ? '0' : null } : {};
  const check = {
    name: 'probe',
    summary: '',
    cost: '',
    measure: () =>
      Object.fromEntries(
        Object.entries({ ...measures, ...extra }).map(([name, measure]) => [name, { ...measure, ...known(name) }]),
      ),
    derive: () => derived ?? {},
    bucket: () => bucket ?? null,
    judge: () => [],
  };
  const beside = { ...check, name: 'beside', bucket: () => null };
  const tables = (await listTables(session.leader)).map((table) => ({ ...table, bytes: bytes ?? table.bytes }));
  const result = await scanTables({
    scans: tables.map((table) =>
      tableScan(table, [
        { check, options: {} },
        { check: beside, options: {} },
      ]),
    ),
    serverVersion: session.server.versionNumber,
    openWorker: () => session.openWorker(),
    workers: 2,
    chunkBytes,
    shard,
    signal: new AbortController().signal,
    progress: () => undefined,
  });
  return Object.fromEntries(result.get(of) ?? []);
}

const WHOLE = 2 ** 40;
const GAPPY = `
  CREATE TABLE wide AS SELECT n, repeat('x', 500) AS filler FROM generate_series(1, 20000) AS n; DELETE FROM wide WHERE n % 7 = 0;
  CREATE TABLE empty (n int); CREATE TABLE emptied AS SELECT n FROM generate_series(1, 9) AS n; DELETE FROM emptied`;

describe('scanTables', () => {
  it('yields the same from many chunks on several workers as from one whole read', async () => {
    const { session } = await sessionOn(GAPPY);
    const [whole, chunked] = [await scan(session, { chunkBytes: WHOLE }), await scan(session, { chunkBytes: 300_000 })];
    const [expected] = await session.leader.query(
      'SELECT count(*) AS rows, sum(n * 1.10) AS total, min(n) AS least, max(n) AS most FROM public.wide',
    );
    expect(chunked['public.wide']?.measures).toEqual(expected);
    expect(chunked).toEqual(whole);
    expect(chunked['public.empty']?.measures).toEqual({ rows: '0', total: null, least: null, most: null });
  });

  it('keeps measures by bucket, whose sum is the whole, and the measures of a table without rows', async () => {
    const { session } = await sessionOn(GAPPY);
    const bucket = { sql: 't.n & 15', count: 16, scheme: 'n' };
    const whole = await scan(session, { chunkBytes: WHOLE });
    const divided = await scan(session, { chunkBytes: 300_000, bucket });
    const [of3] = await session.leader.query(
      'SELECT count(*) AS rows, sum(n * 1.10) AS total, min(n) AS least, max(n) AS most FROM public.wide WHERE n & 15 = 3',
    );
    expect(divided['public.wide']?.measures).toEqual(whole['public.wide']?.measures);
    expect(Object.keys(divided['public.wide']?.buckets?.values ?? {})).toHaveLength(16);
    expect(divided['public.wide']?.buckets?.values['3']).toEqual(of3);
    const none = {
      measures: { rows: '0', total: null, least: null, most: null },
      buckets: { scheme: 'n', count: 16, values: {} },
    };
    expect(divided['public.empty']).toEqual(none);
    expect(divided['public.emptied']).toEqual(none);
  });

  it.each([undefined, { sql: 't.n & 15', count: 16, scheme: 'n' }])(
    'yields the same where what is measured of no rows is known, divided by %o',
    async (bucket) => {
      const { session } = await sessionOn(GAPPY);
      const probe = { chunkBytes: 300_000, ...(bucket === undefined ? {} : { bucket }) };
      const expected = await scan(session, probe);
      expect(await scan(session, { ...probe, knownOfNone: true })).toEqual(expected);
      // Where the size is not true, as for another access method, rows are found all the same.
      expect(await scan(session, { ...probe, knownOfNone: true, bytes: 0 })).toEqual(expected);
    },
  );

  it('does not take a table for empty that it may not read', async () => {
    const { session, url } = await sessionOn('CREATE TABLE secret (n int); CREATE TABLE open (n int)');
    const admin = await openWritable(resolveConnection(url, {}), 'pg');
    open.push(() => admin.close());
    const role = `"reader ${session.identity.databaseName}"`;
    await admin.script(`CREATE ROLE ${role} LOGIN PASSWORD 'reader'; GRANT SELECT ON public.open TO ${role}`);
    open.push(() => admin.script(`DROP OWNED BY ${role}; DROP ROLE ${role}`));
    const connection = { ...resolveConnection(url, {}), user: role.slice(1, -1), password: 'reader' };
    const reader = await openSnapshot({ connection, driver: 'pg' });
    open.push(() => reader.close());
    const result = await scan(reader, { chunkBytes: WHOLE, knownOfNone: true });
    expect(result['public.open']).toEqual({ measures: { rows: '0', total: null, least: null, most: null } });
    expect(result['public.secret']?.error).toContain('permission denied');
  });

  it('measures more of a table than one SELECT can hold', async () => {
    const { session } = await sessionOn(`${GAPPY}; DO $$ BEGIN
      EXECUTE (SELECT 'ALTER TABLE wide ' || string_agg('ADD c' || i || ' int DEFAULT ' || i, ', ') FROM generate_series(1, 900) AS i);
      EXECUTE (SELECT 'ALTER TABLE emptied ' || string_agg('ADD c' || i || ' int', ', ') FROM generate_series(1, 900) AS i); END $$;
      DROP TABLE empty`);
    const columns = Array.from({ length: 900 }, (_, index) => `c${index + 1}`);
    const probe = {
      chunkBytes: 2_000_000,
      bucket: { sql: 't."probe:c7" & 15', count: 16, scheme: 'c7' },
      derived: Object.fromEntries(columns.map((column) => [column, `t.${column} + 1`])),
      extra: Object.fromEntries(
        columns.map((column): [string, Measure] => [column, { sql: `max(t."probe:${column}")`, merge: 'max' }]),
      ),
    };
    const { 'public.wide': wide, 'public.emptied': emptied } = await scan(session, probe);
    const expected = Object.fromEntries(columns.map((column, index) => [column, `${index + 2}`]));
    expect(wide?.error).toBeUndefined();
    expect(wide?.measures).toMatchObject({ ...expected, rows: '17143' });
    expect(wide?.buckets?.values).toEqual({ '8': wide?.measures });
    expect(emptied?.error).toBeUndefined();
    expect(emptied?.measures).toMatchObject({ rows: '0', total: null, c1: null, c900: null });
  });

  it('measures for a check what it measures where another one divides the table', async () => {
    const { session } = await sessionOn(GAPPY);
    const bucket = { sql: 't.n & 15', count: 16, scheme: 'n' };
    const alone = await scan(session, { chunkBytes: WHOLE });
    expect(await scan(session, { chunkBytes: 300_000, bucket }, 'beside')).toEqual(alone);
  });

  it("measures a shard's rows alone, and nothing of a table that is all another shard's", async () => {
    const { session } = await sessionOn(GAPPY);
    const whole = await scan(session, { chunkBytes: WHOLE });
    const one = await scan(session, { chunkBytes: WHOLE, shard: { index: 1, of: 2 } });
    const two = await scan(session, { chunkBytes: WHOLE, shard: { index: 2, of: 2 } });
    const counts = [one, two].map((part) => Number(part['public.wide']?.measures['rows']));
    expect(Math.min(...counts)).toBeGreaterThan(0);
    expect(counts.reduce((a, b) => a + b)).toBe(Number(whole['public.wide']?.measures['rows']));
    expect([one['public.empty'], two['public.empty']]).toEqual([undefined, whole['public.empty']]);
    expect([one['public.emptied'], two['public.emptied']]).toEqual([whole['public.emptied'], undefined]);
  });

  it('tells how far it is, up to the whole', async () => {
    const { session } = await sessionOn(GAPPY);
    const tables = await listTables(session.leader);
    const check = { name: 'probe', summary: '', cost: '', measure: () => measures, judge: () => [] };
    const states: ScanState[] = [];
    await scanTables({
      scans: tables.map((table) => tableScan(table, [{ check, options: {} }])),
      serverVersion: session.server.versionNumber,
      openWorker: () => session.openWorker(),
      workers: 2,
      chunkBytes: 2 ** 20,
      signal: new AbortController().signal,
      progress: (state) => states.push(state),
    });
    const ofBytes = tables.reduce((sum, { bytes }) => sum + bytes, 0);
    expect(states[0]).toMatchObject({ label: 'public.wide', bytes: 0, ofBytes, tables: 1, ofTables: 3, chunks: 0 });
    const last = states.at(-1);
    expect(last).toMatchObject({ bytes: ofBytes, tables: 3, ofTables: 3, chunks: last?.ofChunks });
    expect(last?.chunks).toBeGreaterThan(5);
    const bytes = states.map((state) => state.bytes);
    expect(bytes).toEqual(bytes.toSorted((a, b) => a - b));
  });

  it('evaluates a derived expression once per row, however many measures use it', async () => {
    const { session } = await sessionOn(`
      CREATE SEQUENCE calls; CREATE TABLE t AS SELECT n FROM generate_series(1, 10) AS n;
      CREATE TABLE log (n int); CREATE FUNCTION counted(n int) RETURNS int LANGUAGE plpgsql AS
        $$ BEGIN PERFORM pg_catalog.set_config('probe.calls', (coalesce(nullif(pg_catalog.current_setting('probe.calls', true), ''), '0')::int + 1)::text, false); RETURN n; END $$`);
    const twice: Readonly<Record<string, Measure>> = {
      one: { sql: 'sum(t."probe:n")', merge: 'sum' },
      two: { sql: 'sum(t."probe:n" * 2)', merge: 'sum' },
      calls: {
        sql: `max(t."probe:n" - t."probe:n") + max(pg_catalog.current_setting('probe.calls')::int)`,
        merge: 'max',
      },
    };
    const { 'public.t': t } = await scan(session, {
      chunkBytes: WHOLE,
      derived: { n: 'public.counted(t.n)' },
      extra: twice,
    });
    expect(t?.measures).toMatchObject({ one: '55', two: '110', calls: '10' });
  });

  it('gives the right result although its backends are terminated again and again', async () => {
    const { session, url } = await sessionOn(
      `CREATE TABLE slow AS SELECT n, repeat('x', 500) AS filler FROM generate_series(1, 20000) AS n`,
    );
    const killer = await openWritable(resolveConnection(url, { PGAPPNAME: 'killer' }), 'pg');
    open.push(() => killer.close());
    let killed = 0;
    const timer = setInterval(() => {
      void killer
        .query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%to_json(ARRAY%' AND pid <> pg_backend_pid() LIMIT 1`,
        )
        .then((rows) => (killed += rows.length));
    }, 40);
    try {
      const slow = {
        rows: { sql: 'count(*) + sum(length(t.filler)) * 0', merge: 'sum' },
        sleep: { sql: '0 * count(pg_catalog.pg_sleep(0.00002))', merge: 'sum' },
      } as const;
      const { 'public.slow': result } = await scan(session, { chunkBytes: 1_000_000, extra: slow });
      expect(killed).toBeGreaterThan(0);
      expect(result?.error ?? result?.measures['rows']).toMatch(/^20000$|connection|terminat/);
    } finally {
      clearInterval(timer);
    }
  });

  it('records an error, and no count, when the snapshot is gone with its leader', async () => {
    const { session, url } = await sessionOn(`CREATE TABLE t AS SELECT 1 AS n`);
    const killer = await openWritable(resolveConnection(url, {}), 'pg');
    open.push(() => killer.close());
    const tables = await listTables(session.leader);
    const others = 'FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()';
    await killer.query(`SELECT pg_terminate_backend(pid)::text AS told ${others}`);
    // A backend ends some time after it was told to.
    while ((await killer.query(`SELECT pid::text ${others}`)).length > 0) await killer.query('SELECT pg_sleep(0.02)');
    const check = { name: 'probe', summary: '', cost: '', measure: () => measures, judge: () => [] };
    const result = await scanTables({
      scans: tables.map((table) => tableScan(table, [{ check, options: {} }])),
      serverVersion: session.server.versionNumber,
      openWorker: () => session.openWorker(),
      workers: 2,
      signal: new AbortController().signal,
      progress: () => undefined,
    });
    expect(result.get('probe')?.get('public.t')?.error).toMatch(/snapshot/);
    expect(result.get('probe')?.get('public.t')?.measures).toEqual({});
  });
});
