import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startTlsServer, type TlsServer } from '../../../sandbox/src/testing/tls-server.ts';
import { DatabaseError, UsageError } from '../errors.ts';
import type { ConnectionSettings, DriverName } from './connection.ts';
import type { DatabaseHandle, Row, SnapshotSession, WritableConnection } from './handle.ts';
import { quoteIdentifier } from './identifier.ts';
import { openSnapshot, type SnapshotOptions } from './snapshot.ts';
import { openWritable } from './writable-connection.ts';

/** One expression for each kind of value whose text a driver, or a setting of the session, could change; and the text that it must have. */
const values = {
  date: ["date '2024-02-29'", '2024-02-29'],
  date_bc: ["date '0044-03-15 BC'", '0044-03-15 BC'],
  date_infinity: ["date 'infinity'", 'infinity'],
  timestamp_us: ["timestamp '2024-02-29 23:59:59.999999'", '2024-02-29 23:59:59.999999'],
  timestamptz_us: ["timestamptz '2024-02-29 23:59:59.123456+02'", '2024-02-29 21:59:59.123456+00'],
  timestamptz_infinity: ["timestamptz '-infinity'", '-infinity'],
  time_us: ["time '24:00:00'", '24:00:00'],
  timetz_us: ["timetz '12:00:00.000001-08'", '12:00:00.000001-08'],
  interval: ["interval '1 year 2 months -3 days 04:05:06.000007'", '1 year 2 mons -3 days +04:05:06.000007'],
  numeric_scale: ['1.10::numeric', '1.10'],
  numeric_nan: ["'NaN'::numeric", 'NaN'],
  numeric_long: [
    '12345678901234567890.123456789012345678901234567890::numeric',
    '12345678901234567890.123456789012345678901234567890',
  ],
  float_minus_zero: ["'-0'::float8", '-0'],
  float_nan: ["'NaN'::float8", 'NaN'],
  float_infinity: ["'-Infinity'::float8", '-Infinity'],
  float_digits: ['0.1::float8 + 0.2::float8', '0.30000000000000004'],
  float4: ['1.1::float4', '1.1'],
  bigint: ['9223372036854775807', '9223372036854775807'],
  oid: ['4294967295::oid', '4294967295'],
  bool_true: ['true', 't'],
  bool_false: ['false', 'f'],
  bytea: [String.raw`'\x00ff5c'::bytea`, String.raw`\x00ff5c`],
  json: [`'{"b": 1.10,  "a": [1e2, null]}'::json`, '{"b": 1.10,  "a": [1e2, null]}'],
  jsonb: [`'{"b": 1.10,  "a": [1e2, null]}'::jsonb`, '{"a": [100, null], "b": 1.10}'],
  json_null: ["'null'::jsonb", 'null'],
  int_array: ['ARRAY[1, NULL, 3]', '{1,NULL,3}'],
  text_array: [String.raw`ARRAY['a"b', 'c\d', 'NULL', '', 'e,f']`, String.raw`{"a\"b","c\\d","NULL","","e,f"}`],
  array_bounds: ["'[0:1]={1,2}'::int[]", '[0:1]={1,2}'],
  date_array: ["ARRAY[timestamptz '2024-01-01 00:00:00.000001Z']", '{"2024-01-01 00:00:00.000001+00"}'],
  bool_array: ['ARRAY[true, false]', '{t,f}'],
  composite: ["ROW(1, 'a b', NULL)", '(1,"a b",)'],
  money: ['1234.5::money', '$1,234.50'],
  xml: ["'<a>&amp;</a>'::xml", '<a>&amp;</a>'],
  xml_bytea: [String.raw`xmlelement(name b, '\x00ff'::bytea)`, '<b>AP8=</b>'],
  uuid: ["'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'::uuid", 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'],
  inet: ["'10.0.0.1/8'::inet", '10.0.0.1/8'],
  range: ["tstzrange('2024-01-01Z', NULL)", '["2024-01-01 00:00:00+00",)'],
  point: ["'(1.5,-0)'::point", '(1.5,-0)'],
  bit: ["B'0101'", '0101'],
  text_unicode: ["'Grüße 🐘 \u2028'", 'Grüße 🐘 \u2028'],
  text_empty: ["''", ''],
  text_spaces: ["'a  '::char(5)", 'a    '],
  regclass: ["'pg_class'::regclass", 'pg_class'],
  nothing: ['NULL', null],
} as const satisfies Readonly<Record<string, readonly [string, string | null]>>;

const allValues = `SELECT ${Object.entries(values)
  .map(([name, [sql]]) => `${sql} AS ${name}`)
  .join(', ')}`;
const expectedRow: Row = Object.fromEntries(Object.entries(values).map(([name, [, text]]) => [name, text]));

let server: TlsServer;
let admin: WritableConnection;
const leftovers: string[] = [];
const sessions: SnapshotSession[] = [];
const writers: WritableConnection[] = [];
beforeAll(async () => {
  server = await startTlsServer();
  admin = await openWritable(server.connection, 'pg');
});
afterEach(async () => {
  await Promise.all([...sessions.splice(0), ...writers.splice(0)].map((each) => each.close()));
  for (const statement of leftovers.splice(0)) await admin.query(statement);
});
afterAll(async () => {
  await admin.close();
  await server.close();
});

const transports = [
  ['pg', 'disable'],
  ['postgres', 'disable'],
  ['pg', 'require'],
  ['postgres', 'require'],
] as const;

describe.each(transports)('openSnapshot over %s, sslmode %s', (driver, sslMode) => {
  const settings = (over: Partial<ConnectionSettings> = {}): ConnectionSettings => ({
    ...server.connection,
    sslMode,
    ...over,
  });

  async function open(options: Partial<SnapshotOptions> = {}): Promise<SnapshotSession> {
    const session = await openSnapshot({ connection: settings(), driver, deadlineSeconds: 30, ...options });
    sessions.push(session);
    return session;
  }

  async function writer(database = 'postgres'): Promise<WritableConnection> {
    const connection = await openWritable(settings({ database }), driver);
    writers.push(connection);
    return connection;
  }

  async function newTable(columns: string): Promise<string> {
    const name = `public.t_${randomBytes(6).toString('hex')}`;
    await admin.query(`CREATE TABLE ${name} (${columns})`);
    leftovers.push(`DROP TABLE ${name}`);
    return name;
  }

  const count = async (db: DatabaseHandle, table: string): Promise<string | null | undefined> =>
    (await db.query(`SELECT count(*) AS n FROM ${table}`))[0]?.['n'];

  test('query and walk return the text of PostgreSQL for every kind of value', async () => {
    const { leader } = await open();
    expect(await leader.query(allValues)).toEqual([expectedRow]);
    const walked: Row[] = [];
    for await (const batch of leader.walk(allValues)) walked.push(...batch);
    expect(walked).toEqual([expectedRow]);
  });

  test('the prelude wins over ALTER ROLE, ALTER DATABASE and PGOPTIONS', async () => {
    const name = `role_${randomBytes(6).toString('hex')}`;
    await admin.query(`CREATE ROLE ${name} SUPERUSER LOGIN PASSWORD 'x'`);
    await admin.query(`CREATE DATABASE ${name}`);
    leftovers.push(`DROP DATABASE ${name}`, `DROP ROLE ${name}`);
    const hostile = [
      ['DateStyle', 'German'],
      ['IntervalStyle', 'iso_8601'],
      ['TimeZone', 'America/New_York'],
      ['bytea_output', 'escape'],
      ['extra_float_digits', '-15'],
      ['xmlbinary', 'hex'],
      ['search_path', 'public'],
      ['statement_timeout', '5s'],
      ['idle_in_transaction_session_timeout', '5s'],
      ['default_transaction_isolation', 'serializable'],
      ['default_transaction_read_only', 'off'],
      ['client_encoding', 'LATIN1'],
      ['quote_all_identifiers', 'on'],
      ['row_security', 'on'],
    ] as const;
    for (const [index, [setting, value]] of hostile.entries()) {
      const owner = index % 2 === 0 ? `ROLE ${name}` : `DATABASE ${name}`;
      await admin.query(`ALTER ${owner} SET ${setting} = '${value}'`);
    }
    const connection = settings({
      database: name,
      user: name,
      password: 'x',
      options: '-c TimeZone=Asia/Tokyo -c DateStyle=SQL -c geqo=off',
    });
    const { leader, prelude } = await open({ connection });
    const [row] = await leader.query(allValues);
    expect(row).toEqual(expectedRow);
    const pinned = await leader.query(
      'SELECT name, pg_catalog.current_setting(name) AS value FROM pg_catalog.unnest($1::text[]) AS name',
      [Object.keys(prelude)],
    );
    expect(Object.fromEntries(pinned.map(({ name, value }) => [name, value]))).toEqual(prelude);
    expect(prelude).toMatchObject({ TimeZone: 'UTC', DateStyle: 'ISO, MDY', statement_timeout: '0', search_path: '' });
    // What is not pinned is the user's own: the options did arrive.
    expect(await leader.query("SELECT pg_catalog.current_setting('geqo') AS geqo")).toEqual([{ geqo: 'off' }]);
    await (await open({ connection })).close();
  });

  test('the transaction is repeatable read and read only: a write is refused with 25006', async () => {
    const table = await newTable('a serial');
    const { leader } = await open();
    expect(
      await leader.query(
        "SELECT pg_catalog.current_setting('transaction_isolation') AS i, pg_catalog.current_setting('transaction_read_only') AS r",
      ),
    ).toEqual([{ i: 'repeatable read', r: 'on' }]);
    for (const write of [
      `INSERT INTO ${table} VALUES (1)`,
      `DROP TABLE ${table}`,
      'CREATE SCHEMA s',
      `SELECT pg_catalog.nextval('${table}_a_seq')`,
    ]) {
      const error: unknown = await leader.query(write).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(DatabaseError);
      expect((error as DatabaseError).sqlstate).toBe('25006');
    }
    await expect(leader.query('SET TRANSACTION READ WRITE')).rejects.toThrow(DatabaseError);
    expect(await count(leader, table)).toBe('0');
  });

  test.each([
    'COMMIT',
    ' /* a */ -- b\n rollback',
    'END',
    'BEGIN',
    'SAVEPOINT x',
    'Release savepoint pgdrill',
    "PREPARE TRANSACTION 'x'",
    'copy pg_class TO STDOUT',
  ])('query refuses %j', async (statement) => {
    const { leader } = await open();
    await expect(leader.query(statement)).rejects.toThrow(UsageError);
  });

  test('query takes one statement only', async () => {
    const { leader } = await open();
    await expect(leader.query('SELECT 1; COMMIT')).rejects.toMatchObject({ sqlstate: '42601' });
    expect(await leader.query('SELECT 1 AS a;')).toEqual([{ a: '1' }]);
  });

  test('a worker is one process of the server', async () => {
    const session = await open();
    const [row] = await (await session.openWorker()).query('SHOW max_parallel_workers_per_gather');
    expect(row).toEqual({ max_parallel_workers_per_gather: '0' });
  });

  test('leader and workers see one snapshot while another client writes', async () => {
    const table = await newTable('a int');
    const other = await writer();
    await other.query(`INSERT INTO ${table} SELECT generate_series(1, 10)`);
    const session = await open();
    await other.query(`INSERT INTO ${table} SELECT generate_series(1, 5)`);
    const worker = await session.openWorker();
    await other.query(`DELETE FROM ${table} WHERE a = 1`);
    expect(await count(session.leader, table)).toBe('10');
    expect(await count(worker, table)).toBe('10');
    expect(await count(await session.openWorker(), table)).toBe('10');
    // The healthy twin: whoever comes new sees what was written.
    expect(await count((await open()).leader, table)).toBe('13');
    expect(worker).not.toBe(session.leader);
  });

  test('snapshotId joins a snapshot that another session exported', async () => {
    const table = await newTable('a int');
    const first = await open();
    await admin.query(`INSERT INTO ${table} VALUES (1)`);
    expect(first.snapshotId).toMatch(/^[0-9A-F]+-[0-9A-F]+-\d+$/);
    const second = await open({ snapshotId: first.snapshotId ?? '' });
    expect(second.snapshotId).toBe(first.snapshotId);
    expect(await count(second.leader, table)).toBe('0');
    expect(await count(await second.openWorker(), table)).toBe('0');
    // From here on it stands by itself.
    await first.close();
    expect(await count(await second.openWorker(), table)).toBe('0');
  });

  test.each(["x'; DROP TABLE y; --", ''])('snapshotId %j, which cannot be one, is refused', async (snapshotId) => {
    await expect(open({ snapshotId })).rejects.toThrow(UsageError);
  });

  test('snapshotId of a session that is gone, or of another database: an error that says what to do', async () => {
    const advice =
      /Opening a read-only snapshot .* failed: .*\. The snapshot \S+ cannot be joined there: .* export a new one/;
    await expect(open({ snapshotId: '00000003-0000001B-1' })).rejects.toThrow(advice);
    const ended = await open();
    await ended.close();
    await expect(open({ snapshotId: ended.snapshotId ?? '' })).rejects.toThrow(advice);
    const elsewhere = await open({ connection: settings({ database: 'template1' }) });
    await expect(open({ snapshotId: elsewhere.snapshotId ?? '' })).rejects.toThrow(advice);
    await elsewhere.close();
  });

  test('identity and server facts are those of the server', async () => {
    const [facts] =
      await admin.query(`SELECT system_identifier::text AS id, d.oid::text AS oid, current_setting('server_version') AS version,
      current_setting('server_version_num') AS number, datcollate FROM pg_control_system(), pg_database AS d WHERE datname = 'postgres'`);
    const { identity, server: about } = await open();
    expect(identity).toEqual({
      systemIdentifier: facts?.['id'],
      databaseOid: facts?.['oid'],
      databaseName: 'postgres',
    });
    expect(about).toEqual({
      version: facts?.['version'],
      versionNumber: Number(facts?.['number']),
      encoding: 'UTF8',
      collation: facts?.['datcollate'],
    });
  });

  test('identity is null where the role may not ask for it, and the session works', async () => {
    const role = `role_${randomBytes(6).toString('hex')}`;
    await admin.script(
      `CREATE ROLE ${role} LOGIN PASSWORD 'x'; REVOKE EXECUTE ON FUNCTION pg_control_system() FROM PUBLIC`,
    );
    leftovers.push(`DROP ROLE ${role}`, 'GRANT EXECUTE ON FUNCTION pg_control_system() TO PUBLIC');
    const session = await open({ connection: settings({ user: role, password: 'x' }) });
    expect(session.identity.systemIdentifier).toBeNull();
    expect(await session.leader.query('SELECT 1 AS a')).toEqual([{ a: '1' }]);
  });

  test.each(['Ünïcode "quoted" \'name\'', 'a=b c', 'postgres://x', 'UPPER %41'])(
    'database and role named %j',
    async (name) => {
      await admin.query(`CREATE DATABASE ${quoteIdentifier(name)}`);
      leftovers.push(`DROP DATABASE ${quoteIdentifier(name)}`);
      await admin.query(`CREATE ROLE ${quoteIdentifier(name)} LOGIN PASSWORD 'pass word''"'`);
      leftovers.push(`DROP ROLE ${quoteIdentifier(name)}`);
      const session = await open({ connection: settings({ database: name, user: name, password: `pass word'"` }) });
      expect(await session.leader.query('SELECT current_user::text AS u')).toEqual([{ u: name }]);
      expect(session.identity.databaseName).toBe(name);
      await session.close();
    },
  );

  test('a session of a single-session server has no snapshot to share, and one handle', async () => {
    const session = await open({ connection: settings({ singleSession: true }) });
    expect(session.snapshotId).toBeNull();
    expect(await session.openWorker()).toBe(session.leader);
    expect(await session.leader.query('SELECT 1 AS a')).toEqual([{ a: '1' }]);
  });

  test('close ends every connection, is safe to call twice, and later statements say so', async () => {
    const applicationName = `app_${randomBytes(6).toString('hex')}`;
    const session = await open({ connection: settings({ applicationName }) });
    const worker = await session.openWorker();
    const alive = `SELECT count(*) AS n FROM pg_stat_activity WHERE application_name = '${applicationName}'`;
    expect(await admin.query(alive)).toEqual([{ n: '2' }]);
    await Promise.all([session.close(), session.close()]);
    await session.close();
    await expect(worker.query('SELECT 1')).rejects.toThrow('is closed already');
    await expect.poll(() => admin.query(alive)).toEqual([{ n: '0' }]);
  });
});

describe('both drivers', () => {
  test('return the same rows for the same queries', async () => {
    const queries = [
      'SELECT * FROM pg_catalog.pg_type ORDER BY oid',
      'SELECT * FROM pg_catalog.pg_attribute ORDER BY attrelid, attnum LIMIT 2000',
      'SELECT * FROM pg_catalog.pg_proc ORDER BY oid LIMIT 2000',
      'SELECT * FROM pg_catalog.pg_settings WHERE name ~ $1 ORDER BY name',
      allValues,
      'SELECT 1 AS "hasOwnProperty", 2 AS "constructor", 3 AS "Ünï ""q"" 1"',
      'SELECT WHERE false',
      'SELECT',
    ];
    const answers = await Promise.all(
      (['pg', 'postgres'] as const).map(async (driver: DriverName) => {
        const session = await openSnapshot({ connection: server.connection, driver });
        sessions.push(session);
        const results: (readonly Row[])[] = [];
        for (const query of queries)
          results.push(await session.leader.query(query, query.includes('$1') ? ['^(date|lc_)'] : []));
        return results;
      }),
    );
    expect(answers[0]?.[0]?.length).toBeGreaterThan(300);
    expect(Object.keys(answers[0]?.[5]?.[0] ?? {})).toEqual(['hasOwnProperty', 'constructor', 'Ünï "q" 1']);
    expect(answers[0]).toEqual(answers[1]);
  });
});
