import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../sandbox/src/testing/test-database.ts';
import { DatabaseError } from '../errors.ts';
import type { DriverName } from './connection.ts';
import type { DatabaseHandle, SnapshotSession, WritableConnection } from './handle.ts';
import { resolveConnection } from './resolve-connection.ts';
import { openSnapshot, type SnapshotOptions } from './snapshot.ts';
import { openWritable } from './writable-connection.ts';

let database: TestDatabase;
let admin: WritableConnection;
const sessions: SnapshotSession[] = [];
const unhandled: unknown[] = [];
const onUnhandled = (reason: unknown): void => void unhandled.push(reason);
beforeAll(async () => {
  process.on('unhandledRejection', onUnhandled);
  database = await createTestDatabase();
  admin = await openWritable(resolveConnection(database.url, {}), 'pg');
});
afterEach(async () => {
  await Promise.all(sessions.splice(0).map((session) => session.close()));
  await pause(20);
  if (unhandled.length > 0) throw new Error('A rejection was left unhandled.', { cause: unhandled.splice(0) });
});
afterAll(async () => {
  process.off('unhandledRejection', onUnhandled);
  await admin.close();
  await database.drop();
});

const pause = async (ms: number): Promise<void> =>
  await new Promise((resolve) => {
    setTimeout(resolve, ms);
  });

async function rejection(work: Promise<unknown>): Promise<unknown> {
  return await work.then(
    () => expect.unreachable('It should have been rejected.'),
    (reason: unknown) => reason,
  );
}

async function pidOf(db: DatabaseHandle): Promise<string> {
  return (await db.query('SELECT pg_catalog.pg_backend_pid() AS pid'))[0]?.['pid'] ?? '';
}

async function activityOf(pid: string): Promise<string | null | undefined> {
  return (await admin.query('SELECT state FROM pg_stat_activity WHERE pid = $1', [pid]))[0]?.['state'];
}

async function untilActive(pid: string): Promise<void> {
  await expect.poll(() => activityOf(pid), { interval: 10 }).toBe('active');
}

const sleeping = 'SELECT pg_catalog.pg_sleep(600)::text AS s';
const slowWalk =
  'SELECT CASE WHEN g > 150 THEN pg_catalog.pg_sleep(600)::text END AS s, g FROM pg_catalog.generate_series(1, 1000) AS g';

async function drain(db: DatabaseHandle, text: string, seen: () => void = () => undefined): Promise<void> {
  for await (const _ of db.walk(text, [], 100)) seen();
}

describe.each(['pg', 'postgres'] as const satisfies readonly DriverName[])('statements over %s', (driver) => {
  async function open(options: Partial<SnapshotOptions> = {}): Promise<SnapshotSession> {
    const session = await openSnapshot({ connection: resolveConnection(database.url, {}), driver, ...options });
    sessions.push(session);
    return session;
  }

  test('deadline: a query that takes longer is cancelled on the server, and the handle goes on', async () => {
    const { leader } = await open({ deadlineSeconds: 0.3 });
    const pid = await pidOf(leader);
    const started = performance.now();
    const error = await rejection(leader.query(sleeping));
    expect(error).toBeInstanceOf(DatabaseError);
    expect(error).toMatchObject({
      sqlstate: null,
      message: expect.stringContaining('longer than the deadline of 0.3 s') as string,
    });
    expect(performance.now() - started).toBeLessThan(4_000);
    expect(await activityOf(pid)).toBe('idle in transaction');
    expect(await pidOf(leader)).toBe(pid);
  });

  test('deadline: a batch of a walk that takes longer is cancelled, not the ones in time', async () => {
    const { leader } = await open({ deadlineSeconds: 2 });
    let batches = 0;
    const error = await rejection(drain(leader, slowWalk, () => (batches += 1)));
    expect(error).toMatchObject({ sqlstate: null, message: expect.stringContaining('deadline') as string });
    expect(batches).toBe(1);
    let slow = 0;
    for await (const batch of leader.walk(
      'SELECT pg_catalog.pg_sleep(0.002)::text AS s FROM pg_catalog.generate_series(1, 1000)',
      [],
      100,
    ))
      slow += batch.length;
    expect(slow).toBe(1000);
  });

  test('deadline: a visit has it anew after each 10,000 rows, and is cancelled when these take longer', async () => {
    const { leader } = await open({ deadlineSeconds: 3 });
    const sleeps = (seconds: number): string =>
      `SELECT CASE WHEN g % 10000 = 5000 THEN pg_catalog.pg_sleep(${seconds})::text END AS s FROM pg_catalog.generate_series(1, 40000) AS g`;
    expect(await leader.visit(sleeps(1), () => undefined)).toBe(40_000);
    const error = await rejection(leader.visit(sleeps(600), () => undefined));
    expect(error).toMatchObject({ sqlstate: null, message: expect.stringContaining('deadline') as string });
    expect(await leader.query('SELECT 1 AS a')).toEqual([{ a: '1' }]);
  });

  test('signal: a running query is cancelled at once and rejects with the reason, and so do the waiting ones', async () => {
    const controller = new AbortController();
    const { leader, openWorker } = await open({ signal: controller.signal });
    const [worker, other] = [await openWorker(), await openWorker()];
    const pids = [await pidOf(leader), await pidOf(worker), await pidOf(other)];
    const work = [
      leader.query(sleeping),
      leader.query('SELECT 1'),
      drain(worker, slowWalk),
      other.visit(slowWalk, () => undefined),
    ].map(rejection);
    for (const pid of pids) await untilActive(pid);
    const reason = new Error('interrupted');
    const started = performance.now();
    controller.abort(reason);
    expect(await Promise.all(work)).toEqual([reason, reason, reason, reason]);
    expect(performance.now() - started).toBeLessThan(2_000);
    for (const pid of pids) await expect.poll(() => activityOf(pid)).not.toBe('active');
    expect(await rejection(leader.query('SELECT 1'))).toBe(reason);
    expect(await rejection(openWorker())).toBe(reason);
  });

  test('signal: aborted before opening, nothing is opened', async () => {
    const reason = new Error('before');
    expect(await rejection(open({ signal: AbortSignal.abort(reason) }))).toBe(reason);
  });

  test('close cancels what runs, and ends in time', async () => {
    const session = await open();
    const pid = await pidOf(session.leader);
    const work = rejection(session.leader.query(sleeping));
    await untilActive(pid);
    const started = performance.now();
    await session.close();
    expect(performance.now() - started).toBeLessThan(3_000);
    expect(await work).toBeInstanceOf(DatabaseError);
    await expect.poll(() => activityOf(pid)).toBeUndefined();
  });

  test('a server process that is terminated during a query: rejects promptly with 57P01', async () => {
    const { leader } = await open();
    const pid = await pidOf(leader);
    const work = rejection(leader.query(sleeping));
    await untilActive(pid);
    await admin.query('SELECT pg_terminate_backend($1)', [pid]);
    expect(await work).toMatchObject({ sqlstate: '57P01', message: expect.stringContaining('try again') as string });
    expect(await rejection(leader.query('SELECT 1'))).toMatchObject({ sqlstate: '57P01' });
  });

  test.each([
    ['a walk', (db: DatabaseHandle) => drain(db, slowWalk)],
    ['a visit', (db: DatabaseHandle) => db.visit(slowWalk, () => undefined)],
  ] as const)('a server process that is terminated during %s: rejects promptly with 57P01', async (_, read) => {
    const { leader } = await open();
    const pid = await pidOf(leader);
    const work = rejection(read(leader));
    await untilActive(pid);
    await admin.query('SELECT pg_terminate_backend($1)', [pid]);
    expect(await work).toMatchObject({ sqlstate: '57P01' });
  });

  test('a server process that is terminated between two batches: the walk rejects with 57P01', async () => {
    const { leader } = await open();
    const pid = await pidOf(leader);
    const work = (async () => {
      for await (const _ of leader.walk('SELECT g FROM pg_catalog.generate_series(1, 1000) AS g', [], 100)) {
        await admin.query('SELECT pg_terminate_backend($1)', [pid]);
        await pause(100);
      }
    })();
    expect(await rejection(work)).toMatchObject({ sqlstate: '57P01' });
  });

  test('a server process that is terminated while idle: nothing is thrown at the process, and the next query tells 57P01', async () => {
    const session = await open();
    await admin.query('SELECT pg_terminate_backend($1)', [await pidOf(session.leader)]);
    await pause(100);
    expect(await rejection(session.leader.query('SELECT 1'))).toMatchObject({ sqlstate: '57P01' });
    await session.close();
  });

  test('a writable connection that is terminated tells so, too, and does not connect anew', async () => {
    const connection = await openWritable(resolveConnection(database.url, {}), driver);
    const pid = (await connection.query('SELECT pg_backend_pid() AS pid'))[0]?.['pid'] ?? '';
    await admin.query('SELECT pg_terminate_backend($1)', [pid]);
    await pause(100);
    expect(await rejection(connection.query('SELECT 1'))).toMatchObject({ sqlstate: '57P01' });
    expect(await rejection(connection.script('SELECT 1'))).toMatchObject({ sqlstate: '57P01' });
    await connection.close();
  });
});
