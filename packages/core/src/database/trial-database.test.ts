import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../sandbox/src/testing/test-database.ts';
import type { WritableConnection } from './handle.ts';
import { resolveConnection } from './resolve-connection.ts';
import { trialDatabase } from './trial-database.ts';
import { openWritable } from './writable-connection.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase({
    sql: `CREATE TABLE t (n int PRIMARY KEY, at timestamptz DEFAULT now(), other int REFERENCES t DEFERRABLE INITIALLY DEFERRED);
          INSERT INTO t VALUES (1, '2024-05-01 10:00:00.000001+00')`,
  });
});
afterAll(() => database.drop());

describe.each(['pg', 'postgres'] as const)('trialDatabase over %s', (driver) => {
  let connection: WritableConnection;
  beforeAll(async () => {
    const settings = resolveConnection(database.url, { PGOPTIONS: '-c TimeZone=Asia/Tokyo -c search_path=public' });
    connection = await openWritable(settings, driver);
  });
  afterAll(() => connection.close());
  const rows = async (): Promise<unknown> => connection.query('SELECT n FROM public.t ORDER BY n');

  test('rolledBack undoes what the work did, and returns what it returned', async () => {
    const trials = trialDatabase(connection);
    const seen = await trials.rolledBack(async (trial) => {
      await trial.query('INSERT INTO t (n) VALUES (2)');
      return trial.query('SELECT n FROM t ORDER BY n');
    });
    expect(seen).toEqual([{ n: '1' }, { n: '2' }]);
    expect(await rows()).toEqual([{ n: '1' }]);
  });

  test('rolledBack undoes it as well when the work fails, and the next one begins anew', async () => {
    const trials = trialDatabase(connection);
    const failing = trials.rolledBack(async (trial) => {
      await trial.query('INSERT INTO t (n) VALUES (2)');
      await trial.query('INSERT INTO t (n) VALUES (1)');
    });
    await expect(failing).rejects.toMatchObject({ sqlstate: '23505', about: { table: 't', constraint: 't_pkey' } });
    expect(await trials.rolledBack((trial) => trial.query('SELECT n FROM t'))).toEqual([{ n: '1' }]);
  });

  test('attempt leaves the transaction usable, and nothing of itself', async () => {
    await trialDatabase(connection).rolledBack(async (trial) => {
      await trial.attempt(() => trial.query('INSERT INTO t (n) VALUES (2)'));
      await expect(trial.attempt(() => trial.query('INSERT INTO t (n) VALUES (1)'))).rejects.toThrow('t_pkey');
      expect(await trial.query('SELECT n FROM t')).toEqual([{ n: '1' }]);
    });
  });

  test('deferred constraints are checked at once', async () => {
    const trials = trialDatabase(connection);
    const orphan = trials.rolledBack((trial) => trial.query('INSERT INTO t (n, other) VALUES (2, 99)'));
    await expect(orphan).rejects.toMatchObject({ sqlstate: '23503' });
  });

  test('reader sees what was written, under pinned settings; query keeps those of the session', async () => {
    await trialDatabase(connection).rolledBack(async (trial) => {
      await trial.query(`UPDATE t SET at = at + interval '1 microsecond'`);
      const text = [{ at: '2024-05-01 10:00:00.000002+00', path: '' }];
      const sql = `SELECT at::text AS at, current_setting('search_path') AS path FROM public.t`;
      expect(await trial.reader.query(sql)).toEqual(text);
      expect(await trial.query(sql)).toEqual([{ at: '2024-05-01 19:00:00.000002+09', path: 'public' }]);
    });
  });

  test.each(['COMMIT', ' -- so\n commit', 'ROLLBACK', 'COPY t TO STDOUT'])(
    'refuses %j, and keeps nothing',
    async (sql) => {
      const trials = trialDatabase(connection);
      const refused = trials.rolledBack(async (trial) => {
        await trial.query('INSERT INTO t (n) VALUES (2)');
        await trial.query(sql);
      });
      await expect(refused).rejects.toThrow('A check tried to run');
      expect(await rows()).toEqual([{ n: '1' }]);
    },
  );

  test('a procedure cannot commit in it either', async () => {
    const trials = trialDatabase(connection);
    const refused = trials.rolledBack(async (trial) => {
      await trial.query('INSERT INTO t (n) VALUES (2)');
      await trial.query(`DO $$ BEGIN COMMIT; END $$`);
    });
    await expect(refused).rejects.toMatchObject({ sqlstate: '2D000' });
    expect(await rows()).toEqual([{ n: '1' }]);
  });

  test('a statement that waits for a lock gives up soon', async () => {
    const other = await openWritable(resolveConnection(database.url, {}), driver);
    try {
      await other.script('BEGIN; LOCK TABLE t');
      const waiting = trialDatabase(connection).rolledBack((trial) => trial.query('DELETE FROM t'));
      await expect(waiting).rejects.toMatchObject({ sqlstate: '55P03' });
    } finally {
      await other.close();
    }
    expect(await rows()).toEqual([{ n: '1' }]);
  });
});
