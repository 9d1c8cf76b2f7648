import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../sandbox/src/testing/test-database.ts';
import type { ConnectionSettings, DriverName } from '../database/connection.ts';
import type { SnapshotSession, WritableConnection } from '../database/handle.ts';
import { resolveConnection } from '../database/resolve-connection.ts';
import { openSnapshot } from '../database/snapshot.ts';
import { openWritable } from '../database/writable-connection.ts';
import { DatabaseError } from '../errors.ts';
import { snapshotThreads } from './run-in-threads.ts';
import { siblingModule } from './threads.ts';
import type { Threads } from './threads.ts';

let database: TestDatabase;
let connection: ConnectionSettings;
let admin: WritableConnection;
const sessions: SnapshotSession[] = [];
beforeAll(async () => {
  database = await createTestDatabase({ sql: 'CREATE TABLE t AS SELECT 1 AS n' });
  connection = { ...resolveConnection(database.url, {}), applicationName: `threads_${database.name}` };
  admin = await openWritable(resolveConnection(database.url, {}), 'pg');
});
afterEach(async () => {
  await Promise.all(sessions.splice(0).map((session) => session.close()));
});
afterAll(async () => {
  await admin.close();
  await database.drop();
});

/** Threads on a new snapshot; their sessions, but not the leader, are named as `connection` says. */
async function opened(driver: DriverName, signal: AbortSignal = new AbortController().signal): Promise<Threads> {
  const leader = await openSnapshot({ connection: { ...connection, applicationName: 'leader' }, driver });
  sessions.push(leader);
  return snapshotThreads({ connection, driver, deadlineSeconds: 60, snapshotId: leader.joinId ?? '' }, 2, signal);
}

const fixture = (name: string): URL => siblingModule(import.meta.url, `../fixtures/threads/${name}`);
const backends = async (): Promise<number> =>
  (await admin.query('SELECT pid FROM pg_stat_activity WHERE application_name = $1', [connection.applicationName]))
    .length;
const rejection = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => expect.unreachable('It should have been rejected.'),
    (error: unknown) => error,
  );

/** What came of each task, in their order. */
async function resultsOf<Result>(
  threads: Threads,
  module: URL,
  tasks: readonly unknown[],
  progress: (rows: number) => void = () => undefined,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  await threads.run<Result>(module, tasks, {
    each: (result, index) => (results[index] = result) !== undefined,
    progress,
  });
  return results;
}
const sleeping = 'SELECT pg_sleep(600)::text AS n';
const failing = 'SELECT 1 / 0 AS n';
/** What is thrown by what is expected to fail. */
const failure = (threads: Threads, name: string, tasks: readonly unknown[]): Promise<unknown> =>
  rejection(resultsOf(threads, fixture(name), tasks));

interface Asked {
  readonly rows: readonly unknown[];
  readonly environment: number;
  readonly args: readonly string[];
  readonly heapBytes: number;
}

describe.each(['pg', 'postgres'] as const)('snapshotThreads over %s', (driver) => {
  test('each thread sees the one snapshot, nothing of the environment, and has its share of the memory', async () => {
    const threads = await opened(driver);
    await admin.query('INSERT INTO t VALUES (2)');
    try {
      const told: number[] = [];
      const answers = await resultsOf<Asked>(
        threads,
        fixture('ask'),
        ['SELECT count(*) AS n FROM public.t', 'SELECT 7 AS n'],
        (rows) => told.push(rows),
      );
      expect(answers.map(({ rows }) => rows)).toEqual([[{ n: '1' }], [{ n: '7' }]]);
      for (const { environment, args, heapBytes } of answers) {
        expect(environment).toBe(0);
        expect(heapBytes).toBeLessThan(600 * 2 ** 20);
        expect(args.join(' ')).not.toContain('SELECT');
      }
      expect(told.at(-1)).toBe(4);
      await expect.poll(backends).toBe(0);
    } finally {
      await admin.query('DELETE FROM t WHERE n = 2');
    }
  });

  test('more tasks than threads are dealt to those that are free, each with one session for all of its tasks', async () => {
    const threads = await opened(driver);
    const tasks = [1, 2, 3, 4, 5, 6, 7].map((n) => `SELECT ${n} AS n, pg_backend_pid() AS pid`);
    const told: number[] = [];
    const answers = await resultsOf<Asked>(threads, fixture('ask'), tasks, (rows) => told.push(rows));
    const rows = answers.map(({ rows: [row] }) => row as { readonly n: string; readonly pid: string });
    expect(rows.map(({ n }) => n)).toEqual(['1', '2', '3', '4', '5', '6', '7']);
    expect(new Set(rows.map(({ pid }) => pid)).size).toBe(2);
    expect(told.at(-1)).toBe(14);
    await expect.poll(backends).toBe(0);
  });

  test('after a result that is the last that is wanted, no more tasks are dealt', async () => {
    const threads = await opened(driver);
    const tasks = Array.from({ length: 9 }, (_, n) => `SELECT ${n} AS n`);
    const seen: number[] = [];
    await threads.run<Asked>(fixture('ask'), tasks, { each: (_, index) => seen.push(index) === 0 });
    expect(seen.length).toBeGreaterThan(0);
    expect(seen.length).toBeLessThan(3);
    await expect.poll(backends).toBe(0);
  });

  test('an error of the server is thrown as one, and stops the other threads', async () => {
    const threads = await opened(driver);
    const one = 'SELECT 1 AS n';
    for (const tasks of [
      [failing, sleeping],
      [sleeping, one, one, failing, sleeping, one],
    ]) {
      const error = await failure(threads, 'ask', tasks);
      expect(error).toBeInstanceOf(DatabaseError);
      expect(error).toMatchObject({ sqlstate: '22012' });
      await expect.poll(backends).toBe(0);
    }
  });
});

test('snapshotThreads throws what a thread throws, one that cannot start too', async () => {
  const threads = await opened('pg');
  expect(await failure(threads, 'throw', ['in these words'])).toMatchObject({ message: 'in these words' });
  expect(await failure(threads, 'nowhere', [''])).toMatchObject({
    message: expect.stringContaining('nowhere') as string,
  });
});

test('snapshotThreads: a thread that dies is an error, never a result', async () => {
  const threads = await opened('pg');
  for (const tasks of [
    ['', ''],
    ['', '', '', '', ''],
  ]) {
    const error = await failure(threads, 'die', tasks);
    expect(error).toMatchObject({ message: expect.stringContaining('ended before it was done') as string });
    await expect.poll(backends).toBe(0);
  }
});

test('snapshotThreads: a server process that is terminated tells 57P01', async () => {
  const threads = await opened('pg');
  const work = failure(threads, 'ask', [sleeping]);
  const terminate = 'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1 AND state = $2';
  await expect
    .poll(async () => (await admin.query(terminate, [connection.applicationName, 'active'])).length, {
      timeout: 30_000,
    })
    .toBeGreaterThan(0);
  expect(await work).toMatchObject({ sqlstate: '57P01' });
});

test('snapshotThreads: an aborted signal cancels what all threads run, and is the reason', async () => {
  const controller = new AbortController();
  const threads = await opened('pg', controller.signal);
  const work = failure(threads, 'ask', [sleeping, sleeping, sleeping]);
  await expect.poll(backends, { timeout: 30_000 }).toBe(2);
  const reason = new Error('enough');
  controller.abort(reason);
  expect(await work).toBe(reason);
  await expect.poll(backends).toBe(0);
  expect(await failure(threads, 'ask', [sleeping])).toBe(reason);
});

test('snapshotThreads: what is thrown while a result is taken, or a task is dealt, is thrown by the run', async () => {
  const threads = await opened('pg');
  const mine = new Error('mine');
  const throwing = (): never => {
    throw mine;
  };
  expect(await rejection(threads.run(fixture('ask'), ['SELECT 1 AS n', sleeping], { each: throwing }))).toBe(mine);
  const one = 'SELECT 1 AS n';
  expect(await failure(threads, 'ask', [one, one, () => one, sleeping])).toMatchObject({
    message: expect.stringContaining('could not be cloned') as string,
  });
  await expect.poll(backends).toBe(0);
});

test('snapshotThreads: an abort between two tasks is the reason, and no task is dealt after it', async () => {
  const controller = new AbortController();
  const threads = await opened('pg', controller.signal);
  const reason = new Error('enough');
  const seen: number[] = [];
  const each = (_: unknown, index: number): boolean => {
    seen.push(index);
    controller.abort(reason);
    return true;
  };
  const tasks = Array.from({ length: 9 }, () => 'SELECT 1 AS n');
  expect(await rejection(threads.run(fixture('ask'), tasks, { each }))).toBe(reason);
  expect(seen.length).toBeLessThan(3);
  await expect.poll(backends).toBe(0);
});

test.each([
  ['file:///a/src/x/mine.ts', 'other', 'file:///a/src/x/other.ts'],
  ['file:///a/dist/x/mine.js', '../other', 'file:///a/dist/other.js'],
  ['https://jsr.io/@a/b/1.0.0/src/mine.ts?x=1', 'other', 'https://jsr.io/@a/b/1.0.0/src/other.ts'],
])('siblingModule of %s: %s is %s', (url, name, expected) => {
  expect(siblingModule(url, name).href).toBe(expected);
});
