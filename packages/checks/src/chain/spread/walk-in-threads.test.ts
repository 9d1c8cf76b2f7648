import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWritable, resolveConnection, runVerify, siblingModule } from '@pgdrill/core';
import type {
  AnyCheck,
  ChainConfig,
  ConnectionSettings,
  DatabaseHandle,
  ObserveContext,
  Report,
  Threads,
} from '@pgdrill/core';
import { createTestDatabase } from '../../../../sandbox/src/testing/test-database.ts';
import type { TestDatabase } from '../../../../sandbox/src/testing/test-database.ts';
import { captureChains, spreadOf } from '../../fixtures/capture-chains.ts';
import { chainShapes } from '../../fixtures/chain-shapes.ts';
import type { ChainShape } from '../../fixtures/chain-shapes.ts';
import { chainTable, ROWS } from '../../fixtures/chain-table.ts';
import { ledger, ledgerChain } from '../../fixtures/ledger.ts';
import type { WalkedRows } from '../walk-rows.ts';
import { noThreads, spreadCheck } from '../../fixtures/spread-check.ts';
import type { SpreadChain } from '../../fixtures/spread-check.ts';

let database: TestDatabase;
let connection: ConnectionSettings;
beforeAll(async () => {
  database = await createTestDatabase();
  connection = resolveConnection(database.url, {});
  const db = await openWritable(connection, 'pg');
  for (const [index, shape] of chainShapes.entries()) {
    for (const kind of ['healthy', 'changed', 'lost']) await db.script(chainTable(shape, `${kind}${index}`));
    await db.script(
      `UPDATE changed${index} SET hash = (SELECT hash FROM healthy${index} WHERE n = 3) WHERE n = 7; DELETE FROM lost${index} WHERE n = 8`,
    );
  }
  await db.script(ledger(300));
  await db.script(`CREATE TABLE apart (n int, scope text, prev text, hash text, wide text);
    ALTER TABLE apart ALTER COLUMN wide SET STORAGE PLAIN;
    INSERT INTO apart SELECT n, n, NULL, encode(sha256(convert_to('|' || n, 'UTF8')), 'hex'), repeat('x', 3000) FROM generate_series(1, 20) AS n`);
  await db.close();
}, 120_000);
afterAll(() => database.drop());

/** Threads as the capture has them. */
const realThreads = ({ threads }: ObserveContext): Threads => threads as Threads;

async function spread(check: AnyCheck, chains: readonly ChainConfig[]): Promise<readonly SpreadChain[]> {
  return spreadOf(await captureChains(connection, { chains, checks: [{ check, options: {} }] }));
}

/** The chain in each of the three tables of a shape. */
const chainsOf = ({ description }: ChainShape, index: number): readonly ChainConfig[] =>
  ['healthy', 'changed', 'lost'].map((kind) => ({ table: `${kind}${index}`, key: 'n', ...description }));

const canSpread = ({ description: { prev } }: ChainShape): boolean => prev?.column !== undefined;

/** What a walk sees besides the order, which threads do not look at. */
const inAnyOrder = (walked: WalkedRows | undefined): WalkedRows | undefined =>
  walked && { ...walked, unordered: true, outOfOrder: 0 };

/** In an order that does not tell which of three rows with the same time comes first. */
const tied: ChainConfig = { ...ledgerChain, order: ['at', 'hash'] };

/** Twenty scopes of one row, two in each block. */
const scopesApart: ChainConfig = {
  table: 'apart',
  key: 'n',
  scope: ['scope'],
  order: ['n'],
  hash: { column: 'hash', algorithm: 'sha256', encoding: 'hex' },
  prev: { column: 'prev', genesis: { hashed: '' } },
  format: { separator: '|', fields: [{ prev: true }, { column: 'n' }] },
};

describe('walkInThreads', () => {
  it.each([2, 3, 7])(
    'in the ranges of %i threads: sees of every shape what a walk sees, and nothing whole that is not',
    async (count) => {
      const seen = await spread(spreadCheck(noThreads(count)), chainShapes.flatMap(chainsOf));
      for (const [index, shape] of chainShapes.entries()) {
        const [healthy, changed, lost] = seen.slice(3 * index, 3 * index + 3);
        expect(healthy?.walked).toMatchObject({ rows: ROWS, breaks: {} });
        expect([shape.name, healthy?.spread]).toEqual([
          shape.name,
          canSpread(shape) ? inAnyOrder(healthy?.walked) : null,
        ]);
        for (const damaged of [changed, lost]) {
          expect(Object.keys(damaged?.walked.breaks ?? {})).not.toEqual([]);
          expect([shape.name, damaged?.spread]).toEqual([shape.name, null]);
        }
      }
    },
  );

  it('tells the same, in the same order, whichever range is done first', async () => {
    const lastFirst = (context: ObserveContext, db: DatabaseHandle): Threads => {
      const { count, run } = noThreads(3)(context, db);
      return {
        count,
        run: (module, tasks, { each }) =>
          run(module, tasks.toReversed(), { each: (read: never, index) => each(read, tasks.length - 1 - index) }),
      };
    };
    const chains = [scopesApart];
    const [forwards] = await spread(spreadCheck(noThreads(3)), chains);
    const [backwards] = await spread(spreadCheck(lastFirst), chains);
    expect(forwards?.spread?.heads.length).toBe(20);
    expect(backwards).toEqual(forwards);
  });

  it('does the same in threads: with keys, scopes and bytes, and where rows are out of order', async () => {
    const names = ['an HMAC', 'one chain for each tenant, and one for those without'];
    const shapes = [...chainShapes.entries()].filter(([, { name }]) => names.includes(name));
    expect(shapes.length).toBe(names.length);
    const tables = shapes.flatMap(([index, shape]) => chainsOf(shape, index).slice(0, 2));
    const seen = await spread(spreadCheck(realThreads), [...tables, tied]);
    for (const { name, walked, spread: found } of seen) {
      const isWhole = !name.startsWith('changed');
      expect([name, Object.keys(walked.breaks).length === 0]).toEqual([name, isWhole]);
      expect([name, found]).toEqual([name, isWhole ? inAnyOrder(walked) : null]);
    }
    expect(seen.at(-1)?.walked.outOfOrder).toBeGreaterThan(0);
  });

  it('ends a chain in the order of random uuids where its links end, and leaves one that lost a row to the walk, which keeps all ends', async () => {
    const db = await openWritable(connection, 'pg');
    for (const [name, lost] of [
      ['random_whole', 0],
      ['random_tail', ROWS],
      ['random_middle', 8],
    ] as const)
      await db.script(`CREATE TABLE ${name} AS SELECT *, md5(n::text)::uuid AS id FROM healthy0 WHERE n <> ${lost}`);
    const hashes = new Map((await db.query('SELECT n, hash FROM healthy0')).map(({ n, hash }) => [Number(n), hash]));
    await db.close();
    const { description } = chainShapes[0] as ChainShape;
    const [whole, tail, middle] = await spread(
      spreadCheck(noThreads(3)),
      ['random_whole', 'random_tail', 'random_middle'].map((table) => ({ table, ...description, order: ['id'] })),
    );
    expect(whole?.spread).toEqual(inAnyOrder(whole?.walked));
    expect(whole?.spread?.heads[0]?.hash).toBe(hashes.get(ROWS));
    expect(tail?.walked).toMatchObject({ breaks: {}, heads: [{ hash: hashes.get(ROWS - 1) }] });
    expect(tail?.spread).toEqual(inAnyOrder(tail?.walked));
    expect(middle?.spread).toBeNull();
    const [head] = middle?.walked.heads ?? [];
    expect(new Set([head?.hash, ...(head?.ends ?? [])])).toEqual(new Set([hashes.get(7), hashes.get(ROWS)]));
  });

  it('reads as text a range with a timestamp that has no date', async () => {
    const db = await openWritable(connection, 'pg');
    await db.script(`CREATE TABLE endless (n int, at timestamptz, prev text, hash text) WITH (fillfactor = 10);
      DO $$ DECLARE before text; own text; stamp timestamptz; BEGIN
        FOR n IN 1..200 LOOP
          stamp := CASE WHEN n IN (3, 150) THEN 'infinity' ELSE timestamptz '2024-05-01' + n * interval '1.000001 s' END;
          own := encode(sha256(convert_to(concat_ws('|', coalesce(before, ''), n,
            CASE WHEN stamp = 'infinity' THEN 'infinity' ELSE to_char(stamp AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') END), 'UTF8')), 'hex');
          INSERT INTO endless VALUES (n, stamp, before, own);
          before := own;
        END LOOP;
      END $$`);
    await db.close();
    const fields = [{ prev: true }, { column: 'n' }, { column: 'at', timestamp: { digits: 6, suffix: 'Z' } }] as const;
    const { description } = chainShapes[0] as ChainShape;
    const [seen] = await spread(spreadCheck(noThreads(3)), [
      { table: 'endless', ...description, format: { separator: '|', fields } },
    ]);
    expect(seen?.walked).toMatchObject({ rows: 200, breaks: {}, fineRows: 198 });
    expect(seen?.spread).toEqual(inAnyOrder(seen?.walked));
  });

  it('leaves alone what has no blocks, and reads what has: partitions, heirs, an order with NULL in it, no rows', async () => {
    const db = await openWritable(connection, 'pg');
    await db.script(`CREATE VIEW seen AS SELECT * FROM healthy0; CREATE TABLE nulls AS SELECT *, NULLIF(n, 9) AS place FROM healthy0;
      CREATE TABLE empty AS SELECT * FROM healthy0 WHERE false; CREATE MATERIALIZED VIEW kept AS SELECT * FROM healthy0;
      CREATE TABLE parted (LIKE healthy0) PARTITION BY RANGE (n);
      CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (1) TO (4); CREATE TABLE parted_2 PARTITION OF parted DEFAULT WITH (fillfactor = 10);
      INSERT INTO parted SELECT * FROM healthy0;
      CREATE TABLE parent (LIKE healthy0); CREATE TABLE heir () INHERITS (parent);
      INSERT INTO parent SELECT * FROM healthy0 WHERE n % 2 = 0; INSERT INTO heir SELECT * FROM healthy0 WHERE n % 2 = 1`);
    await db.close();
    const { description } = chainShapes[0] as ChainShape;
    const seen = await spread(spreadCheck(noThreads(2)), [
      { table: 'seen', ...description },
      { table: 'nulls', ...description, order: ['place'] },
      ...['empty', 'kept', 'parted', 'parent'].map((table) => ({ table, ...description })),
    ]);
    expect(seen.map(({ name, walked, spread: found }) => [name, walked.rows, walked.breaks, found?.rows])).toEqual([
      ['seen', ROWS, {}, undefined],
      ['nulls', ROWS, {}, ROWS],
      ['empty', 0, {}, 0],
      ['kept', ROWS, {}, ROWS],
      ['parted', ROWS, {}, ROWS],
      ['parent', ROWS, {}, ROWS],
    ]);
    for (const { walked, spread: found } of seen.slice(1)) expect(found).toEqual(inAnyOrder(walked));
  });
});

describe('a chain that is read in threads', () => {
  const chains = [tied];
  const { signal } = new AbortController();
  const plan = { chains, reveal: 'keys', driver: 'pg', workers: 2, deadlineSeconds: 60 } as const;
  /** A verification of the chain against itself, whose rows are read after the restore in threads of the given kind. */
  const verified = async (threadsOf: (context: ObserveContext) => Threads): Promise<Report> => {
    const checks = [{ check: spreadCheck(threadsOf), options: {} }];
    const before = await captureChains(connection, {
      chains,
      checks: [{ check: spreadCheck(noThreads(2)), options: {} }],
    });
    const sides = { before: { manifest: before, connection: null }, after: { manifest: null, connection } };
    return (await runVerify({ ...plan, checks, command: 'verify', ...sides }, () => undefined, signal)).report;
  };
  /** The threads of the capture, set to another work. */
  const doing =
    (name: string) =>
    (context: ObserveContext): Threads => {
      const { count, run } = realThreads(context);
      return {
        count,
        run: (_module, tasks, told) =>
          run(siblingModule(import.meta.url, `../../fixtures/threads/${name}`), tasks, told),
      };
    };

  it('is verified when every thread does its work', async () => {
    expect((await verified(realThreads)).verdict).toBe('passed');
  });

  it.each([
    ['throws', 'throw', 'out of its depth'],
    ['dies', 'die', 'ended before it was done'],
    ['loses its server process', 'lose', 'terminat'],
  ])('is unverified when a thread %s, and the process goes on', async (_, fixture, message) => {
    const { verdict, exitCode, checks } = await verified(doing(fixture));
    expect([verdict, exitCode]).toEqual(['unverified', 3]);
    expect(JSON.stringify(checks)).toContain(message);
  });
});
