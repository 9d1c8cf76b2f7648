import { afterEach, describe, expect, it } from 'vitest';
import { createTestDatabase, testServerUrl } from '../../../sandbox/src/testing/test-database.ts';
import { startReplicatedServer } from '../../../sandbox/src/testing/replica-server.ts';
import type { ConnectionSettings } from '../database/connection.ts';
import type { DatabaseHandle, WritableConnection } from '../database/handle.ts';
import { resolveConnection } from '../database/resolve-connection.ts';
import { openSnapshot } from '../database/snapshot.ts';
import { openWritable } from '../database/writable-connection.ts';
import { throttle } from './throttle.ts';

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).toReversed()) await close();
});

const serverOf = (): ConnectionSettings => resolveConnection(testServerUrl(), {});

async function handleOn(connection: ConnectionSettings): Promise<DatabaseHandle> {
  const session = await openSnapshot({ connection, driver: 'pg' });
  open.push(() => session.close());
  return session.leader;
}

async function adminOf(connection: ConnectionSettings): Promise<WritableConnection> {
  const admin = await openWritable(connection, 'pg');
  open.push(() => admin.close());
  return admin;
}

/** Other suites use the server too; so many sessions they never have. */
const OTHERS = 30;

/** Sessions that sleep until they are woken, which is after the test at the latest. */
async function sleepers(applicationName: string): Promise<{ wake(): Promise<void> }> {
  const connection = { ...serverOf(), applicationName };
  const sessions = await Promise.all(Array.from({ length: OTHERS + 1 }, () => openWritable(connection, 'pg')));
  const asleep = sessions.map((session) => session.query('SELECT pg_sleep(600)').catch(() => []));
  const admin = await adminOf(serverOf());
  const wake = async (): Promise<void> => {
    const ours = `FROM pg_stat_activity WHERE application_name = '${applicationName}' AND query LIKE '%pg_sleep(600)'`;
    await admin.query(`SELECT pg_terminate_backend(pid)::text AS told ${ours}`);
    await Promise.all(asleep);
    await Promise.all(sessions.map((session) => session.close().catch(() => undefined)));
  };
  open.push(wake);
  const active = `SELECT 1 FROM pg_stat_activity WHERE application_name = '${applicationName}' AND state = 'active'`;
  while ((await admin.query(active)).length <= OTHERS) await admin.query('SELECT pg_sleep(0.02)');
  return { wake };
}

function recorded(bounds: Parameters<typeof throttle>[0], signal = new AbortController().signal) {
  const notes: string[] = [];
  return { notes, ...throttle(bounds, { signal, note: (text) => notes.push(text) }) };
}

describe('throttle', () => {
  it('pauses while more sessions of others are active than the bound, says why, and counts the time', async () => {
    const others = await sleepers('busy');
    const db = await handleOn(serverOf());
    const { pause, pausedSeconds, notes } = recorded({ sessions: OTHERS });
    const said: string[] = [];
    await pause(db, (why) => {
      said.push(why);
      if (said.length === 2) void others.wake();
    });
    expect(said.length).toBeGreaterThanOrEqual(2);
    expect(said[0]).toMatch(/^paused: \d+ sessions are active, more than 30$/);
    expect(pausedSeconds()).toBeGreaterThan(0);
    expect(notes).toEqual([]);
  });

  it('does not pause under the bound, nor for our own sessions', async () => {
    const ours = { ...serverOf(), applicationName: 'busy_ourselves' };
    await sleepers(ours.applicationName);
    const { pause, pausedSeconds } = recorded({ sessions: OTHERS, lag: 1 });
    const said: string[] = [];
    await pause(await handleOn(ours), (why) => said.push(why));
    expect(said).toEqual([]);
    expect(pausedSeconds()).toBe(0);
  });

  it('ends at once when it is aborted', async () => {
    await sleepers('busy_still');
    const stop = new AbortController();
    const { pause } = recorded({ sessions: OTHERS }, stop.signal);
    const pausing = pause(await handleOn(serverOf()), () => stop.abort(new Error('enough')));
    await expect(pausing).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('notes once what a role without pg_read_all_stats cannot see', async () => {
    const database = await createTestDatabase();
    const role = database.name;
    const admin = await adminOf(serverOf());
    await admin.query(`CREATE ROLE ${role} LOGIN PASSWORD 'x'`);
    open.push(async () => void (await admin.query(`DROP ROLE ${role}`)), database.drop);
    const db = await handleOn({ ...serverOf(), database: database.name, user: role, password: 'x' });
    const { pause, notes } = recorded({ sessions: 0 });
    await pause(db, () => undefined);
    await pause(db, () => undefined);
    expect(notes).toEqual([expect.stringMatching(/^The role "test_.*" cannot see .* grant it pg_read_all_stats\.$/)]);
  });

  it('pauses while a replica is late, until it has caught up', async () => {
    const { connection, replica, close } = await startReplicatedServer();
    open.push(close);
    const [primary, standby] = [await adminOf(connection), await adminOf(replica)];
    await primary.query('CREATE TABLE written (n int)');
    await standby.query('SELECT pg_wal_replay_pause()::text AS paused');
    await primary.query('INSERT INTO written SELECT generate_series(1, 1000)');
    const late = "SELECT 1 FROM pg_stat_replication WHERE replay_lag > interval '1 s'";
    while ((await primary.query(late)).length === 0) {
      await primary.query('INSERT INTO written VALUES (0)');
      await primary.query('SELECT pg_sleep(0.1)');
    }
    const { pause } = recorded({ lag: 1 });
    const said: string[] = [];
    await pause(await handleOn(connection), (why) => {
      said.push(why);
      if (said.length === 1) void standby.query('SELECT pg_wal_replay_resume()::text AS resumed');
    });
    expect(said[0]).toMatch(/^paused: a replica is \d+ s late, more than 1 s$/);
  });
});
