import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defineCheck, openWritable, resolveConnection } from '@pgdrill/core';
import type { ChainConfig, Json } from '@pgdrill/core';
import { createTestDatabase } from '../../../sandbox/src/testing/test-database.ts';
import type { TestDatabase } from '../../../sandbox/src/testing/test-database.ts';
import { captureChains } from '../fixtures/capture-chains.ts';
import { ledger, ledgerChain } from '../fixtures/ledger.ts';
import { readCheckpoints } from './checkpoints.ts';
import type { Checkpoints } from './checkpoints.ts';
import { prepareChains } from './prepare-chains.ts';

const ROWS = 3000;
/** Of the first two nobody knows about how many rows there are: one was never looked at, the other when it had but one. */
const FULL = ['ledger', 'emptied', 'analysed', 'grown', 'parted', 'parent'];

/** One chain in tables of several kinds, with statistics and without. */
const SQL = `${ledger(ROWS)}
  CREATE TABLE analysed (LIKE ledger); INSERT INTO analysed SELECT * FROM ledger; ANALYZE analysed;
  CREATE TABLE grown (LIKE ledger); INSERT INTO grown SELECT * FROM ledger WHERE n <= 300; ANALYZE grown; INSERT INTO grown SELECT * FROM ledger WHERE n > 300;
  CREATE TABLE parted (LIKE ledger) PARTITION BY RANGE (n);
  CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (1) TO (1000); CREATE TABLE parted_2 PARTITION OF parted DEFAULT;
  INSERT INTO parted SELECT * FROM ledger; ANALYZE parted;
  CREATE TABLE parent (LIKE ledger); CREATE TABLE child () INHERITS (parent);
  INSERT INTO parent SELECT * FROM ledger WHERE n % 2 = 0; INSERT INTO child SELECT * FROM ledger WHERE n % 2 = 1; ANALYZE parent; ANALYZE child;
  CREATE TABLE empty (LIKE ledger); ANALYZE empty;
  CREATE TABLE emptied (LIKE ledger) WITH (autovacuum_enabled = off); INSERT INTO emptied SELECT * FROM ledger; DELETE FROM emptied WHERE n > 1; ANALYZE emptied;
  DELETE FROM emptied; INSERT INTO emptied SELECT * FROM ledger;`;

interface Seen {
  readonly [name: string]: Json;
  readonly counted: number;
  /** How many places the scan told; null when it was not asked. */
  readonly places: number | null;
  readonly there: Checkpoints;
  readonly everywhere: Checkpoints;
}

const seenCheck = defineCheck({
  name: 'seen',
  summary: 'What the scan tells of each chain',
  cost: 'Reads each chain twice',
  prepare: async (db, _options, context) => void (await prepareChains(db, context)),
  async observe(db, _options, context) {
    const seen: [string, Seen][] = [];
    for (const prepared of await prepareChains(db, context)) {
      const { found } = prepared;
      const [counted, places] = [await prepared.counted(db), await prepared.places()];
      const read = (known: typeof places): Promise<Checkpoints> =>
        readCheckpoints(db, found.chain, found.relation ?? '', counted, known);
      seen.push([
        found.name,
        { counted, places: places?.places.length ?? null, there: await read(places), everywhere: await read(null) },
      ]);
    }
    return Object.fromEntries(seen);
  },
  judge: () => [],
});

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  const db = await openWritable(resolveConnection(database.url, {}), 'pg');
  await db.script(SQL);
  await db.close();
});
afterAll(() => database.drop());

async function seenOf(verifiers: NonNullable<ChainConfig['verifiers']>): Promise<Readonly<Record<string, Seen>>> {
  const chains = [...FULL, 'empty'].map((table): ChainConfig => ({
    ...ledgerChain,
    name: table,
    table: `public.${table}`,
    verifiers,
  }));
  const checks = [{ check: seenCheck, options: {} }];
  const manifest = await captureChains(resolveConnection(database.url, {}), { chains, checks });
  const { error, observation } = manifest.checks['seen'] ?? {};
  expect(error).toBeUndefined();
  return observation as unknown as Readonly<Record<string, Seen>>;
}

describe.each([[['sql']], [['independent']]] as const)('the scan of a chain that is verified by %j', (verifiers) => {
  it('counts its rows, and finds its checkpoints in whatever tables it lies', async () => {
    const seen = await seenOf(verifiers);
    const { hashes } = seen['ledger']?.everywhere ?? { hashes: [] };
    expect(hashes.length).toBeGreaterThan(ROWS / 64);
    const wanted = [...FULL.map(() => hashes), []];
    expect(Object.values(seen).map(({ there }) => there.hashes)).toEqual(wanted);
    expect(Object.values(seen).map(({ everywhere }) => everywhere.hashes)).toEqual(wanted);
    expect(Object.values(seen).map(({ counted }) => counted)).toEqual([...FULL.map(() => ROWS), 0]);
  });

  it('looks for them only where it is known about how many rows there are', async () => {
    const seen = await seenOf(verifiers);
    expect(['ledger', 'emptied', 'empty'].map((table) => seen[table]?.places)).toEqual([null, null, null]);
    const counts = FULL.slice(2).map((table) => seen[table]?.places ?? 0);
    expect(Math.min(...counts)).toBeGreaterThanOrEqual(seen['ledger']?.everywhere.hashes.length ?? Infinity);
    expect(Math.max(...counts)).toBeLessThan(ROWS / 2);
  });
});
