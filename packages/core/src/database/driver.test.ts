import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../sandbox/src/testing/test-database.ts';
import { startPg } from './driver-pg.ts';
import { startPostgres } from './driver-postgres.ts';
import { openSocket } from './open-socket.ts';
import { resolveConnection } from './resolve-connection.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

test.each([
  ['pg', startPg],
  ['postgres', startPostgres],
] as const)(
  '%s answers every statement, whether it came before its socket failed or after that',
  async (_, start) => {
    const settings = resolveConnection(database.url, {});
    const connected = await openSocket(settings, 'none', () => undefined);
    const connection = await start(settings, connected);
    const told = (work: Promise<unknown>): Promise<string> =>
      work.then(
        () => 'answered',
        () => 'rejected',
      );
    const running = told(connection.simple('SELECT pg_catalog.pg_sleep(60)'));
    const next = running.then(() => told(connection.simple('SELECT 1')));
    const closed = new Promise((resolve) => {
      connected.socket.once('close', resolve);
    });
    const last = closed.then(() => told(connection.simple('SELECT 1')));
    connected.socket.destroy(new Error('read ECONNRESET'));
    expect(await Promise.all([running, next, last])).toEqual(['rejected', 'rejected', 'rejected']);
    await connection.end();
  },
  10_000,
);
