import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../sandbox/src/testing/test-database.ts';
import type { DatabaseError } from '../errors.ts';
import type { WritableConnection } from './handle.ts';
import { resolveConnection } from './resolve-connection.ts';
import { openWritable } from './writable-connection.ts';

let database: TestDatabase;
const open: WritableConnection[] = [];
beforeAll(async () => {
  database = await createTestDatabase();
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((connection) => connection.close()));
});
afterAll(async () => {
  await database.drop();
});

describe.each(['pg', 'postgres'] as const)('openWritable over %s', (driver) => {
  async function connect(options = ''): Promise<WritableConnection> {
    const settings = resolveConnection(database.url, options === '' ? {} : { PGOPTIONS: options });
    const connection = await openWritable(settings, driver);
    open.push(connection);
    return connection;
  }

  test('query writes, and returns text whatever the session was set to', async () => {
    const connection = await connect('-c DateStyle=German -c bytea_output=escape -c extra_float_digits=-10');
    await connection.query('CREATE TEMP TABLE t (at timestamp, raw bytea, x float8, ok boolean, list int[], doc json)');
    const written = await connection.query('INSERT INTO t VALUES ($1, $2, $3, $4, $5, $6) RETURNING *', [
      '2024-01-02 03:04:05.000006',
      String.raw`\x00ff`,
      0.1,
      true,
      ['1', null],
      '{"a":1.0}',
    ]);
    const row = {
      at: '2024-01-02 03:04:05.000006',
      raw: String.raw`\x00ff`,
      x: '0.1',
      ok: 't',
      list: '{1,NULL}',
      doc: '{"a":1.0}',
    };
    expect(written).toEqual([row]);
    expect(await connection.query('SELECT * FROM t')).toEqual([row]);
  });

  test('query and script are in no transaction of ours', async () => {
    const connection = await connect();
    await connection.query('VACUUM pg_catalog.pg_class');
    await connection.script('BEGIN; CREATE TEMP TABLE a (); ROLLBACK; CREATE TEMP TABLE b ()');
    expect(await connection.query("SELECT to_regclass('a') AS a, to_regclass('b') AS b")).toEqual([
      { a: null, b: 'b' },
    ]);
  });

  test('a failing script says why, and the connection goes on', async () => {
    const connection = await connect();
    await expect(connection.script('CREATE TEMP TABLE c (); SELECT 1/0; SELECT 1')).rejects.toMatchObject({
      sqlstate: '22012',
    });
    expect(await connection.query("SELECT to_regclass('c') AS c")).toEqual([{ c: null }]);
  });

  test("the search path is the server's own", async () => {
    const connection = await connect('-c search_path=pg_temp,pg_catalog');
    expect(await connection.query("SELECT current_setting('search_path') AS path")).toEqual([
      { path: 'pg_temp,pg_catalog' },
    ]);
  });

  test('an error holds no value of a unique key, which the server tells in its DETAIL', async () => {
    const connection = await connect();
    await connection.query('CREATE TEMP TABLE u (name text PRIMARY KEY)');
    await connection.query('INSERT INTO u VALUES ($1)', ['top-secret']);
    const error: unknown = await connection
      .query('INSERT INTO u VALUES ($1)', ['top-secret'])
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ sqlstate: '23505' });
    expect((error as DatabaseError).message).toContain('u_pkey');
    expect(JSON.stringify(error) + String((error as DatabaseError).stack)).not.toContain('top-secret');
  });

  test('close is safe to call twice, and later statements say so', async () => {
    const connection = await connect();
    await Promise.all([connection.close(), connection.close()]);
    await expect(connection.query('SELECT 1')).rejects.toThrow('is closed already');
  });
});
