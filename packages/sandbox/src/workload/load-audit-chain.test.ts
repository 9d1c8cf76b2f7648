import { afterEach, describe, expect, test } from 'vitest';
import {
  openWritable,
  resolveConnection,
  type ConnectionSettings,
  type Row,
  type WritableConnection,
} from '@pgdrill/core';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { auditChainRules, auditChainTables } from './audit-chain-sql.ts';
import { auditEvents } from './audit-event.ts';
import { insertInBulk } from './insert-in-bulk.ts';
import { insertThroughTrigger } from './insert-through-trigger.ts';
import { loadAuditChain } from './load-audit-chain.ts';

const databases: TestDatabase[] = [];
const sessions: WritableConnection[] = [];

afterEach(async () => {
  await Promise.all(sessions.splice(0).map((session) => session.close()));
  await Promise.all(databases.splice(0).map((database) => database.drop()));
});

const emptyDatabase = async (sql?: string): Promise<ConnectionSettings> => {
  const database = await createTestDatabase(sql === undefined ? {} : { sql });
  databases.push(database);
  return resolveConnection(database.url, {});
};

const connectTo = async (connection: ConnectionSettings): Promise<WritableConnection> => {
  const session = await openWritable(connection, 'pg');
  sessions.push(session);
  return session;
};

const verify = async (session: WritableConnection): Promise<Row | undefined> =>
  (await session.query('SELECT * FROM public.verify_audit_chain()'))[0];

const allEvents = 'SELECT * FROM public.audit_events ORDER BY "timestamp", id';
const loadNothing = (): undefined => undefined;

describe('loadAuditChain', () => {
  test('loads 24 rows through the trigger, with every kind of trouble in them', async () => {
    const connection = await emptyDatabase();
    const { rows, headHash } = await loadAuditChain({ connection, driver: 'pg' });
    expect(rows).toBe(24);
    const session = await connectTo(connection);
    expect(await verify(session)).toEqual({ first_break_id: null, first_break_pos: null, row_count: '24' });
    expect(await session.query('SELECT head_hash FROM audit_chain_head')).toEqual([{ head_hash: headHash }]);
    const [kinds] = await session.query(`
      SELECT count(DISTINCT "timestamp") < 24 AS ties,
        count(*) FILTER (WHERE extract(microseconds FROM "timestamp")::int % 1000 <> 0) AS micro,
        array_agg(DISTINCT action ORDER BY action)::text AS actions,
        bool_or(details::text ~ '\\\\n') AS newline, bool_or(details::text ~ '\\\\"') AS quote, bool_or(details::text ~ '\\\\\\\\') AS backslash,
        bool_or(details::text ~ '🔁') AS emoji, bool_or(details::text ~ '李|注') AS han, bool_or(details ->> 'fee' = '1.10') AS zero,
        bool_or(details::text ~ '"by": 100[,}]') AS exponent, bool_or(details IS NULL) AS none
      FROM audit_events`);
    expect(kinds).toEqual({
      ties: 't',
      micro: '21',
      actions: '{certificate.issue,certificate.renew,certificate.revoke,session.login,session.logout}',
      ...Object.fromEntries(
        ['newline', 'quote', 'backslash', 'emoji', 'han', 'zero', 'exponent', 'none'].map((name) => [name, 't']),
      ),
    });
  });

  test('seals bulk rows to the very rows that the trigger makes', async () => {
    const loaded = await Promise.all(
      [insertThroughTrigger, insertInBulk].map(async (insert) => {
        const session = await connectTo(await emptyDatabase());
        await session.script(auditChainTables + auditChainRules);
        // More than one batch, and one that is not full.
        const headHash = await insert(session, auditEvents(7), 2_050, loadNothing);
        expect(await session.query('SELECT head_hash FROM audit_chain_head')).toEqual([{ head_hash: headHash }]);
        return await session.query(allEvents);
      }),
    );
    expect(loaded[0]).toHaveLength(2_050);
    expect(loaded[1]).toEqual(loaded[0]);
  });

  test.each(['pg', 'postgres'] as const)(
    'loads in bulk through %s, and leaves a chain that guards itself',
    async (driver) => {
      const connection = await emptyDatabase();
      const seen: number[] = [];
      const { headHash } = await loadAuditChain({
        connection,
        driver,
        rows: 10_001,
        progress: (rows) => seen.push(rows),
      });
      const session = await connectTo(connection);
      expect(await verify(session)).toEqual({ first_break_id: null, first_break_pos: null, row_count: '10001' });
      expect(seen.at(-1)).toBe(10_001);
      expect(seen).toEqual(seen.toSorted((a, b) => a - b));
      const [next] = await session.query(`
      INSERT INTO audit_events (id, actor, actor_type, action, "timestamp") VALUES ('z', 'a', 'user', 'x', '2100-01-01') RETURNING prev_hash`);
      expect(next).toEqual({ prev_hash: headHash });
      for (const sql of ["UPDATE audit_events SET actor = 'x'", 'DELETE FROM audit_events', 'TRUNCATE audit_events']) {
        await expect(session.query(sql)).rejects.toMatchObject({ sqlstate: '23001' });
      }
      expect(await verify(session)).toEqual({ first_break_id: null, first_break_pos: null, row_count: '10002' });
    },
  );

  test('verify_audit_chain names the first broken row, with an empty search_path too', async () => {
    const connection = await emptyDatabase();
    await loadAuditChain({ connection, driver: 'pg', rows: 40 });
    const session = await connectTo(connection);
    const [, , third] = await session.query(allEvents);
    await session.script(
      `SET search_path = ''; SET session_replication_role = replica; UPDATE public.audit_events SET actor = 'x' WHERE id = '${third?.['id']}'`,
    );
    expect(await verify(session)).toEqual({ first_break_id: third?.['id'], first_break_pos: '3', row_count: '40' });
  });

  test('gives the same rows for the same seed, and others for another', async () => {
    const heads = await Promise.all(
      [1, 1, 2].map(
        async (seed) => (await loadAuditChain({ connection: await emptyDatabase(), driver: 'pg', seed })).headHash,
      ),
    );
    expect(heads[1]).toBe(heads[0]);
    expect(heads[2]).not.toBe(heads[0]);
  });

  test('loads no rows when asked for none', async () => {
    const connection = await emptyDatabase();
    expect(await loadAuditChain({ connection, driver: 'pg', rows: 0 })).toMatchObject({ rows: 0, headHash: null });
    expect(await verify(await connectTo(connection))).toEqual({
      first_break_id: null,
      first_break_pos: null,
      row_count: '0',
    });
  });

  test('refuses a database that is not empty, and writes nothing', async () => {
    const connection = await emptyDatabase(
      'CREATE SCHEMA shop; CREATE TABLE shop.orders (id int); CREATE VIEW totals AS SELECT 1 AS one',
    );
    await expect(loadAuditChain({ connection, driver: 'pg' })).rejects.toMatchObject({
      name: 'UsageError',
      message: expect.stringMatching(
        /needs an empty database, and .* holds shop\.orders, totals\. Make a new one/,
      ) as unknown,
    });
    const session = await connectTo(connection);
    expect(await session.query("SELECT to_regclass('audit_events') IS NULL AS absent")).toEqual([{ absent: 't' }]);
  });

  test.each([-1, 1.5, Number.NaN])('refuses %d rows', async (rows) => {
    const connection = resolveConnection('postgres://nobody@192.0.2.1/never', {});
    await expect(loadAuditChain({ connection, driver: 'pg', rows })).rejects.toThrow(
      /must be a whole number, 0 or more/,
    );
  });

  test('broken off, leaves the database as empty as it was', async () => {
    const connection = await emptyDatabase();
    const stop = new AbortController();
    const load = loadAuditChain({
      connection,
      driver: 'pg',
      rows: 100_000,
      signal: stop.signal,
      progress: (rows) => rows > 0 && stop.abort(new Error('enough')),
    });
    await expect(load).rejects.toThrow('enough');
    const again = await loadAuditChain({ connection, driver: 'pg' });
    expect(again.rows).toBe(24);
  });
});
