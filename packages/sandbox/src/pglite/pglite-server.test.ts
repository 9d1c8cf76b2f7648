import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSnapshot, openWritable } from '@pgdrill/core';
import { startPglite, type PgliteServer } from './pglite-server.ts';

let server: PgliteServer;

beforeAll(async () => {
  server = await startPglite();
});

afterAll(() => server.close());

describe.each(['pg', 'postgres'] as const)('startPglite, through the driver %s', (driver) => {
  test('goes on after an error, with each answer where it belongs', async () => {
    const session = await openWritable(server.connection, driver);
    for (const number of ['1', '2', '3']) {
      await expect(session.query('SELECT 1 / $1::int AS broken', ['0'])).rejects.toMatchObject({ sqlstate: '22012' });
      await expect(session.query('SELECT nowhere FROM nothing')).rejects.toMatchObject({ sqlstate: '42P01' });
      expect(await session.query('SELECT $1::text AS number', [number])).toEqual([{ number }]);
    }
    await expect(session.script('SELECT 1; SELECT 1 / 0')).rejects.toMatchObject({ sqlstate: '22012' });
    expect(await session.query('SELECT 4 AS number')).toEqual([{ number: '4' }]);
    await session.close();
  });

  test('gives the next connection a session without what the last one left', async () => {
    const first = await openWritable(server.connection, driver);
    await first.script("SET TimeZone = 'Asia/Tokyo'; BEGIN; CREATE TABLE unfinished (a int)");
    await first.close();
    const second = await openWritable(server.connection, driver);
    const [row] = await second.query(
      "SELECT current_setting('TimeZone') AS zone, to_regclass('unfinished')::text AS found",
    );
    expect(row).toEqual({ zone: expect.not.stringContaining('Tokyo') as unknown, found: null });
    await second.close();
  });

  test('reads by a cursor in a session of one, without a snapshot to share', async () => {
    const session = await openSnapshot({ connection: server.connection, driver });
    expect(session.snapshotId).toBeNull();
    const batches: number[] = [];
    for await (const rows of session.leader.walk('SELECT n FROM generate_series(1, 25) AS n', [], 10))
      batches.push(rows.length);
    expect(batches).toEqual([10, 10, 5]);
    expect(await session.openWorker()).toBe(session.leader);
    await session.close();
  });

  test('refuses a wrong password, another database, and COPY into it', async () => {
    const { connection } = server;
    await expect(openWritable({ ...connection, password: 'guessed' }, driver)).rejects.toMatchObject({
      sqlstate: '28P01',
    });
    await expect(openWritable({ ...connection, database: 'other' }, driver)).rejects.toMatchObject({
      sqlstate: '3D000',
    });
    const session = await openWritable(connection, driver);
    await session.script('CREATE TABLE IF NOT EXISTS copied (a text)');
    await expect(session.script('COPY copied FROM STDIN')).rejects.toMatchObject({ sqlstate: '0A000' });
    await session.query("INSERT INTO copied VALUES ('copy copied from stdin')");
    expect(await session.query('SELECT count(*) AS rows FROM copied WHERE a LIKE $1', ['copy%'])).toEqual([
      { rows: expect.stringMatching(/^[1-9]/) as unknown },
    ]);
    await session.close();
  });
});

describe('startPglite', () => {
  test('tells a second connection that the one session is taken', async () => {
    const first = await openWritable(server.connection, 'pg');
    await expect(openWritable(server.connection, 'pg')).rejects.toMatchObject({ sqlstate: '53300' });
    await first.close();
    const next = await openWritable(server.connection, 'pg');
    expect(await next.query('SELECT 1 AS one')).toEqual([{ one: '1' }]);
    await next.close();
  });

  test('outlives a client that breaks off or talks nonsense', async () => {
    const { port } = server.connection;
    for (const text of ['', 'GET / HTTP/1.1\r\n\r\n', '\0\0\0\u0001']) {
      const socket = connect(port, '127.0.0.1');
      await new Promise((resolve) =>
        socket
          .once('close', resolve)
          .on('error', () => undefined)
          .end(text),
      );
    }
    const session = await openWritable(server.connection, 'postgres');
    expect(await session.query('SELECT 1 AS one')).toEqual([{ one: '1' }]);
    await session.close();
  });

  test('an aborted start leaves nothing', async () => {
    await expect(startPglite(AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
  });
});
