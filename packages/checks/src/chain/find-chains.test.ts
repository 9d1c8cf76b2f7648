import { afterEach, describe, expect, it } from 'vitest';
import { judge, openWritable, resolveConnection } from '@pgdrill/core';
import type { ChainConfig, ConnectionSettings } from '@pgdrill/core';
import { createTestDatabase } from '../../../sandbox/src/testing/test-database.ts';
import type { TestDatabase } from '../../../sandbox/src/testing/test-database.ts';
import { loadAuditChain } from '../../../sandbox/src/testing/workload.ts';
import { captureChains, chainChecks, chainsOf } from '../fixtures/capture-chains.ts';
import type { ChainObservation } from './observation.ts';

const open: TestDatabase[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.drop();
});

async function database(sql?: string): Promise<ConnectionSettings> {
  const made = await createTestDatabase(sql === undefined ? {} : { sql });
  open.push(made);
  return resolveConnection(made.url, {});
}

async function found(sql: string): Promise<readonly ChainObservation[]> {
  return chainsOf(await captureChains(await database(sql)));
}

describe('findChains', () => {
  it('finds the reference chain by its columns, and a partitioned one as one chain', async () => {
    const columns = `id text, actor text, actor_type text, action text, resource_type text, resource_id text, details jsonb, "timestamp" timestamptz, prev_hash text, row_hash text`;
    const row = (n: number, prev: string): string =>
      `INSERT INTO "Odd".log SELECT e.*, encode(sha256(convert_to(concat_ws('|', coalesce(e.prev, ''), e.id, 'a', 'user', 'do', '', '', '{"x": 1.10}', to_char(e.at, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')), 'UTF8')), 'hex')
         FROM (SELECT '${n}' AS id, 'a', 'user', 'do', NULL, NULL, '{"x": 1.10}'::jsonb, timestamptz '2024-0${n}-01 00:00:00.000001+00' AS at, ${prev} AS prev) e;`;
    const last = '(SELECT row_hash FROM "Odd".log ORDER BY "timestamp" DESC LIMIT 1)';
    const chains =
      await found(`SET TimeZone = 'UTC'; CREATE SCHEMA "Odd"; CREATE TABLE "Odd".log (${columns}) PARTITION BY RANGE ("timestamp");
      CREATE TABLE "Odd".first PARTITION OF "Odd".log FOR VALUES FROM ('2024-01-01') TO ('2024-02-15'); CREATE TABLE "Odd".second PARTITION OF "Odd".log DEFAULT;
      ${row(1, 'NULL::text')} ${row(2, last)} ${row(3, last)} ${row(4, last)} CREATE TABLE plain (${columns}); CREATE TABLE other (id text, row_hash text)`);
    expect(chains).toHaveLength(2);
    expect(chains[0]).toMatchObject({ name: '"Odd".log', foundBy: 'preset', rows: 4, breaks: {}, fineRows: 4 });
    expect(chains[1]).toMatchObject({ name: 'public.plain', rows: 0 });
    expect(chains[0]).not.toHaveProperty('own');
    expect(chains[0]).not.toHaveProperty('sentinel');
  });

  it('gives the sentinel and the function of a schema to the reference chain, and not to a copy of its table beside it', async () => {
    const connection = await database();
    await loadAuditChain({ connection, driver: 'pg', rows: 24 });
    const db = await openWritable(connection, 'pg');
    await db.script('CREATE TABLE audit_events_2023 AS TABLE audit_events ORDER BY "timestamp", id LIMIT 10');
    const both = await captureChains(connection);
    await db.script('DROP TABLE audit_events_2023; ALTER TABLE audit_events RENAME TO log');
    const renamed = await captureChains(connection);
    await db.close();
    expect(judge(both, both, chainChecks).flatMap(({ findings }) => findings)).toEqual([]);
    expect(chainsOf(both)).toMatchObject([
      { name: 'public.audit_events', own: { rows: '24' } },
      { rows: 10, breaks: {} },
    ]);
    expect(chainsOf(both)[0]?.sentinel).toBe(chainsOf(both)[0]?.heads[0]?.hash);
    expect(chainsOf(both)[1]).not.toHaveProperty('own');
    expect(chainsOf(both)[1]).not.toHaveProperty('sentinel');
    expect(chainsOf(renamed)).toMatchObject([{ name: 'public.log', sentinel: chainsOf(renamed)[0]?.heads[0]?.hash }]);
  });

  it('refuses two chains of one name, of which only one would be judged', async () => {
    const chain = { preset: 'audit-chain', table: 'public.a' } as const;
    const reading = (...chains: readonly ChainConfig[]): Promise<unknown> =>
      database().then(async (connection) => chainsOf(await captureChains(connection, { chains })));
    await expect(reading(chain, { ...chain, table: 'public.b', name: 'public.a' })).rejects.toThrow(
      /More than one chain is called "public\.a"/,
    );
    expect(await reading(chain, { ...chain, name: 'another' })).toHaveLength(2);
  });
});
