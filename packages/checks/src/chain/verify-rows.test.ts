import { afterEach, describe, expect, it } from 'vitest';
import { openWritable, resolveConnection } from '@pgdrill/core';
import type { CapturePlan, ChainConfig, ChainField } from '@pgdrill/core';
import { createTestDatabase } from '../../../sandbox/src/testing/test-database.ts';
import type { TestDatabase } from '../../../sandbox/src/testing/test-database.ts';
import { loadAuditChain } from '../../../sandbox/src/testing/workload.ts';
import { captureChains, chainChecks, chainsOf, spreadOf } from '../fixtures/capture-chains.ts';
import { ledger, ledgerChain } from '../fixtures/ledger.ts';
import { noThreads, spreadCheck } from '../fixtures/spread-check.ts';
import type { ChainObservation } from './observation.ts';

const open: TestDatabase[] = [];
afterEach(async () => {
  for (const database of open.splice(0)) await database.drop();
});

async function databaseWith(sql: string, rows = 0): Promise<TestDatabase> {
  const database = await createTestDatabase();
  open.push(database);
  if (rows > 0) await loadAuditChain({ connection: resolveConnection(database.url, {}), driver: 'pg', rows });
  await execute(database, sql);
  return database;
}

async function execute({ url }: TestDatabase, sql: string): Promise<void> {
  const connection = await openWritable(resolveConnection(url, {}), 'pg');
  try {
    await connection.script(sql);
  } finally {
    await connection.close();
  }
}

async function observed({ url }: TestDatabase, plan: Partial<CapturePlan> = {}): Promise<readonly ChainObservation[]> {
  return chainsOf(await captureChains(resolveConnection(url, {}), plan));
}

const bySql: ChainConfig = { ...ledgerChain, verifiers: ['sql'] };

describe('verifyRows', () => {
  it('lets the server and our own process verify every row of a short chain, and finds the same head by both', async () => {
    const database = await databaseWith(ledger(300));
    const [both, sql, outside] = await observed(database, {
      chains: [
        ledgerChain,
        { ...bySql, name: 'by sql' },
        { ...ledgerChain, name: 'outside', verifiers: ['independent'] },
      ],
    });
    const server = { rows: 300, mismatches: 0, whole: true };
    expect(both).toMatchObject({ rows: 300, counted: 300, breaks: {}, fineRows: sql?.fineRows });
    expect(both?.verifiers).toEqual({ sql: server, independent: { rows: 300 } });
    expect(sql).toMatchObject({
      rows: 300,
      counted: 300,
      breaks: {},
      heads: both?.heads,
      checkpoints: both?.checkpoints,
    });
    expect(sql?.verifiers).toEqual({ sql: server });
    expect(outside).toMatchObject({ rows: 300, heads: both?.heads });
    expect(outside?.verifiers).toEqual({ independent: { rows: 300 } });
  });

  it.each(['LATIN1', 'WIN1252', 'SQL_ASCII'])(
    'hashes text as UTF-8 on a server that keeps it as %s',
    async (encoding) => {
      const database = await createTestDatabase({ encoding, locale: 'C', sql: ledger(30) });
      open.push(database);
      const [chain] = await observed(database, { chains: [ledgerChain] });
      const sql = { rows: 30, mismatches: 0, whole: true };
      expect(chain).toMatchObject({ breaks: {}, verifiers: { sql, independent: { rows: 30 } } });
    },
  );

  it('verifies the partitions of a chain on the server as one chain', async () => {
    const database = await databaseWith(
      `ALTER TABLE audit_events RENAME TO old; ALTER INDEX audit_events_pkey RENAME TO old_pkey;
       CREATE TABLE audit_events (LIKE old) PARTITION BY HASH (id);
       CREATE TABLE p0 PARTITION OF audit_events FOR VALUES WITH (MODULUS 2, REMAINDER 0);
       CREATE TABLE p1 PARTITION OF audit_events FOR VALUES WITH (MODULUS 2, REMAINDER 1);
       INSERT INTO audit_events SELECT * FROM old; DROP TABLE old CASCADE`,
      50,
    );
    const [chain] = await observed(database, {
      chains: [{ preset: 'audit-chain', table: 'audit_events', verifiers: ['sql'] }],
    });
    expect(chain).toMatchObject({ rows: 50, breaks: {}, verifiers: { sql: { rows: 50, mismatches: 0, whole: true } } });
  });

  it('walks a chain to name its breaks when the server does not find it whole', async () => {
    const database = await databaseWith(`${ledger(30)} DELETE FROM ledger WHERE n = 11`);
    const [chain] = await observed(database, { chains: [bySql] });
    expect(chain?.verifiers).toEqual({ sql: { rows: 29, mismatches: 0, whole: false }, independent: { rows: 29 } });
    expect(chain?.breaks).toEqual({ 'link-mismatch': { total: 1, first: { position: 11, key: '12' } } });
  });

  it('does not take rows for one line on the word of the server alone when no hash covers the links', async () => {
    const database = await databaseWith(`
      CREATE TABLE loose (n int, prev text, hash text);
      INSERT INTO loose SELECT n, CASE WHEN n > 1 THEN encode(sha256(convert_to((n - 1)::text, 'UTF8')), 'hex') END, encode(sha256(convert_to(n::text, 'UTF8')), 'hex') FROM generate_series(1, 6) AS n;
      CREATE TABLE ring AS TABLE loose;
      -- 2 and 3 follow each other, and 4 follows 1: every hash is still linked to by as many rows as before.
      UPDATE ring a SET prev = b.prev FROM ring b WHERE (a.n, b.n) IN ((2, 4), (4, 2))`);
    const { sentinel: _, ...bare } = bySql;
    const chain = (table: string, fields: readonly ChainField[]): ChainConfig => ({
      ...bare,
      name: table,
      table,
      order: ['n'],
      hash: { column: 'hash', algorithm: 'sha256', encoding: 'hex' },
      prev: { column: 'prev', genesis: { hashed: '' } },
      format: { separator: '', fields },
    });
    const [loose, ring] = await observed(database, {
      chains: [chain('loose', [{ column: 'n' }]), chain('ring', [{ column: 'n' }])],
    });
    expect(loose).toMatchObject({ breaks: {}, verifiers: { sql: { whole: false }, independent: { rows: 6 } } });
    expect(ring?.breaks['link-mismatch']?.total).toBe(1);
  });

  it('asks the server nothing about a column that is not rendered there as it is outside', async () => {
    const database = await databaseWith(`${ledger(5)} ALTER TABLE ledger ALTER at TYPE date`);
    const [chain] = await observed(database, { chains: [bySql] });
    expect(chain?.verifiers).toEqual({ independent: { rows: 5 } });
  });

  it('recomputes rows that are chosen at random of a long chain, and does not ask its own function before', async () => {
    const rows = 200_100;
    const database = await databaseWith('ANALYZE', rows);
    const [chain] = await observed(database);
    expect(chain).toMatchObject({ rows, counted: rows, breaks: {}, own: { asked: false } });
    expect(chain?.heads[0]?.hash).toBe(chain?.sentinel);
    expect(chain?.verifiers).toMatchObject({ sql: { rows, mismatches: 0, whole: true }, sampled: { mismatches: 0 } });
    expect(chain?.verifiers.sampled?.rows).toBeGreaterThan(2_000);
    expect(chain?.verifiers.sampled?.rows).toBeLessThan(40_000);
    expect(chain?.checkpoints.hashes.length).toBeGreaterThan(20);

    // Threads count the rows and find the checkpoints themselves, and no scan is asked.
    const { own: _, verifiers: __, ...facts } = chain as ChainObservation;
    const chains: readonly ChainConfig[] = [
      { preset: 'audit-chain', table: 'audit_events', verifiers: ['independent'] },
    ];
    const [outside] = await observed(database, { chains });
    expect(outside).toMatchObject({ ...facts, name: 'audit_events', foundBy: 'config' });
    expect(outside?.verifiers).toEqual({ independent: { rows } });

    await execute(
      database,
      `SET session_replication_role = replica; UPDATE audit_events SET actor = actor || ' ' WHERE id = (SELECT max(id) FROM audit_events)`,
    );
    const [damaged] = await observed(database);
    expect(damaged?.verifiers).toMatchObject({ sql: { mismatches: 1, whole: false }, independent: { rows } });
    expect(damaged?.breaks['content-mismatch']?.total).toBe(1);
    const [damagedOutside] = await observed(database, { chains });
    expect(damagedOutside).toMatchObject({ rows, counted: rows, breaks: damaged?.breaks });
  });
});

/** How many seeded damages are done; 1,000 of them take a minute. */
const DAMAGES = Number(process.env['PGDRILL_TEST_DAMAGES'] ?? 60);

/** A row of a table that a number chooses: not the first, nor the last few. */
const ROW = (seed: number): string => `(SELECT n FROM t ORDER BY n OFFSET ${1 + ((seed * 7919) % 90)} LIMIT 1)`;

/** Ways to damage the table t; each leaves the chain broken. */
const WAYS: readonly ((seed: number) => string)[] = [
  (seed) => `DELETE FROM t WHERE n = ${ROW(seed)}`,
  () => 'DELETE FROM t WHERE n = 1',
  (seed) => `UPDATE t SET note = note || ' ' WHERE n = ${ROW(seed)} - ${ROW(seed)} % 2`,
  (seed) => `UPDATE t SET note = coalesce(note, '') || 'x' WHERE n = ${ROW(seed)}`,
  (seed) => `UPDATE t SET hash = set_bit(hash, ${seed % 512}, 1 - get_bit(hash, ${seed % 512})) WHERE n = ${ROW(seed)}`,
  (seed) =>
    `UPDATE t SET before = set_bit(before, ${seed % 512}, 1 - get_bit(before, ${seed % 512})) WHERE n = ${ROW(seed)}`,
  (seed) => `UPDATE t SET before = NULL WHERE n = ${ROW(seed)}`,
  (seed) => `INSERT INTO t SELECT * FROM t WHERE n = ${ROW(seed)}`,
  () => 'INSERT INTO t SELECT * FROM t',
  (seed) => `UPDATE t SET n = n + 1000 WHERE n = ${ROW(seed)}`,
  (seed) => `UPDATE t SET at = at + interval '1 ms' WHERE n = ${ROW(seed)}`,
  // A row that fits its own hash, but not the line: it follows one that is followed already, or begins a line of its own.
  (seed) =>
    `INSERT INTO t SELECT 777, at, NULL, hash, sha512(convert_to(concat('777;-;', to_char(at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"+00:00"'), ';', encode(hash, 'hex')), 'UTF8')) FROM t WHERE n = ${ROW(seed)}`,
  () =>
    `INSERT INTO t SELECT 777, at, NULL, NULL, sha512(convert_to(concat('777;-;', to_char(at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"+00:00"'), ';START'), 'UTF8')) FROM t WHERE n = 5`,
  // Two rows that swap what they say.
  (seed) =>
    `UPDATE t SET note = o.note, at = o.at FROM t o WHERE (t.n, o.n) IN ((${ROW(seed)}, 1 + ${ROW(seed)}), (1 + ${ROW(seed)}, ${ROW(seed)}))`,
  // Two rows that swap their places.
  (seed) =>
    `UPDATE t SET before = o.before, hash = o.hash FROM t o WHERE (t.n, o.n) IN ((${ROW(seed)}, 1 + ${ROW(seed)}), (1 + ${ROW(seed)}, ${ROW(seed)}))`,
];

describe('both verifiers', () => {
  it(`catch each of ${DAMAGES} damages, and nothing in a twin without damage`, { timeout: 600_000 }, async () => {
    const copy = (name: string, damage: string): string =>
      `CREATE TABLE ${name} AS SELECT * FROM ledger; CREATE TEMPORARY VIEW t AS SELECT * FROM ${name}; ${damage}; DROP VIEW t;`;
    const numbers = Array.from({ length: DAMAGES }, (_, seed) => seed);
    const sql = numbers.map((seed) =>
      copy(`damaged${seed}`, (WAYS[seed % WAYS.length] as (seed: number) => string)(seed)),
    );
    const database = await databaseWith(`${ledger(100)} ${sql.join('\n')} CREATE TABLE twin AS SELECT * FROM ledger`);
    const { sentinel: _, ...bare } = ledgerChain;
    const chains = [...numbers.map((seed) => `damaged${seed}`), 'twin'].map((table) => ({
      ...bare,
      order: ['at', 'hash'],
      name: table,
      table,
    }));
    const checks = [...chainChecks, { check: spreadCheck(noThreads(3)), options: {} }];
    const manifest = await captureChains(resolveConnection(database.url, {}), { chains, checks });
    const results = chainsOf(manifest);
    const inRanges = spreadOf(manifest).filter(({ spread }) => spread !== null);
    expect(inRanges.map(({ name }) => name)).toEqual(['twin']);
    expect(inRanges[0]?.spread).toEqual({ ...inRanges[0]?.walked, unordered: true, outOfOrder: 0 });
    const missedBySql = results.filter(({ verifiers }) => verifiers.sql?.whole !== false).map(({ name }) => name);
    const missedOutside = results.filter(({ breaks }) => Object.keys(breaks).length === 0).map(({ name }) => name);
    expect(missedBySql).toEqual(['twin']);
    expect(missedOutside).toEqual(['twin']);
    const disagreeing = results.filter(
      ({ verifiers, breaks }) => verifiers.sql?.mismatches !== (breaks['content-mismatch']?.total ?? 0),
    );
    expect(disagreeing.map(({ name }) => name)).toEqual([]);
  });
});
