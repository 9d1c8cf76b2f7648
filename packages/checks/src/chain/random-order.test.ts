import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defineCheck, judge, openWritable, resolveConnection } from '@pgdrill/core';
import type { ChainConfig, ConnectionSettings, Manifest, PlannedCheck } from '@pgdrill/core';
import { createTestDatabase } from '../../../sandbox/src/testing/test-database.ts';
import type { TestDatabase } from '../../../sandbox/src/testing/test-database.ts';
import { captureChains, chainChecks, chainsOf } from '../fixtures/capture-chains.ts';
import { ledger, ledgerChain } from '../fixtures/ledger.ts';
import { verifyChain } from '../verify-chain.ts';
import { observeChains } from './observe-chains.ts';

const ROWS = 30_000;
/** A row in the middle of the links. */
const MIDDLE = 15_000;

/** A row that fits its own hash, and follows the one in the middle, as another does. */
const FORK = `INSERT INTO t SELECT md5('fork')::uuid, 777777, at, NULL, hash,
    sha512(convert_to(concat('777777;-;', to_char(at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"+00:00"'), ';', encode(hash, 'hex')), 'UTF8'))
  FROM t WHERE n = ${MIDDLE}`;

/** What is done to a copy of the healthy table, and what is to be found then: each break's kind, how many there are, and the first one's key. */
const DAMAGES: readonly (readonly [name: string, sql: string, breaks: RegExp])[] = [
  ['lost', `DELETE FROM t WHERE n = ${MIDDLE}`, /^link-mismatch 1 15001$/],
  ['lost_first', 'DELETE FROM t WHERE n = 1', /^prefix-missing 1 2$/],
  ['changed', `UPDATE t SET note = 'x' WHERE n = ${MIDDLE}`, /^content-mismatch 1 15000$/],
  // Of two rows that link to the same one, either is the second, as the order has it.
  ['fork', FORK, /^fork 1 (15001|777777)$/],
  [
    'twice',
    `INSERT INTO t SELECT md5('twice')::uuid, n, at, note, before, hash FROM t WHERE n = ${MIDDLE}`,
    /^duplicate 1 15000$/,
  ],
];

let database: TestDatabase;
let connection: ConnectionSettings;
beforeAll(async () => {
  database = await createTestDatabase({ sql: ledger(ROWS) });
  connection = resolveConnection(database.url, {});
  const db = await openWritable(connection, 'pg');
  await db.script('CREATE TABLE healthy AS SELECT md5(n::text)::uuid AS id, * FROM ledger ORDER BY md5(n::text)');
  for (const [name, sql] of DAMAGES)
    await db.script(
      `CREATE TABLE ${name} AS TABLE healthy; CREATE TEMPORARY VIEW t AS TABLE ${name}; ${sql}; DROP VIEW t`,
    );
  await db.close();
}, 120_000);
afterAll(() => database.drop());

const { sentinel: _sentinel, order: _order, ...unordered } = ledgerChain;

function captured(
  tables: readonly string[],
  description: Partial<ChainConfig>,
  checks: readonly PlannedCheck[] = chainChecks,
): Promise<Manifest> {
  const chains = tables.map((table) => ({ ...unordered, name: table, table, ...description }));
  return captureChains(connection, { chains, checks });
}

const orders: readonly (readonly [string, Partial<ChainConfig>])[] = [
  ['in the order of random uuids', { order: ['id'] }],
  ['in no order but that of the links', {}],
];

describe.each(orders)(`a chain of ${ROWS} rows %s`, (_name, order) => {
  it.each([{ verifiers: ['sql'] }, { verifiers: ['independent'] }, { verifiers: ['sql', 'independent'] }] as const)(
    'is silent when it is whole, and its damaged twins are named: $verifiers',
    { timeout: 120_000 },
    async ({ verifiers }) => {
      const description: Partial<ChainConfig> = { ...order, verifiers };
      const bySql = verifiers.some((name) => name === 'sql');
      const [whole, ...damaged] = chainsOf(await captured(['healthy', ...DAMAGES.map(([name]) => name)], description));
      expect(whole).toMatchObject({ rows: ROWS, breaks: {}, heads: [{ key: `${ROWS}` }] });
      expect(whole?.verifiers.sql?.whole).toBe(bySql ? true : undefined);
      for (const [index, [, , breaks]] of DAMAGES.entries()) {
        const seen = Object.entries(damaged[index]?.breaks ?? {}).map(
          ([kind, of]) => `${kind} ${of?.total} ${of?.first.key}`,
        );
        expect(seen.join(', ')).toMatch(breaks);
        expect(damaged[index]?.verifiers.sql?.whole).toBe(bySql ? false : undefined);
      }
    },
  );
});

describe('a chain in more pieces than can be held until they are joined', () => {
  const few: PlannedCheck = {
    check: defineCheck({ ...verifyChain, observe: (db, _options, context) => observeChains(db, context, 100) }),
    options: {},
  };
  const verdicts = async (table: string, verifiers: NonNullable<ChainConfig['verifiers']>): Promise<unknown> => {
    const manifest = await captured([table], { order: ['id'], verifiers }, [few]);
    const [result] = judge(manifest, manifest, [few]);
    return [
      result?.verdict,
      ...(result?.findings ?? []).map(({ code }) => code),
      ...(result?.subjects ?? []).flatMap(({ unverified }) => unverified ?? []),
    ];
  };

  it('is unverified and never broken, says why and what to do, and passes in that way', async () => {
    expect(await verdicts('healthy', ['independent'])).toEqual([
      'unverified',
      expect.stringContaining(`verifiers: ['sql']`),
    ]);
    expect(await verdicts('healthy', ['sql'])).toEqual(['passed']);
    expect(await verdicts('lost', ['independent'])).toEqual(['unverified', expect.stringContaining('"order"')]);
  });

  it('fails by what is certain all the same', async () => {
    const manifest = await captured(['changed'], { order: ['id'], verifiers: ['independent'] }, [few]);
    expect(chainsOf(manifest)[0]?.breaks).toMatchObject({ 'content-mismatch': { total: 1, first: { key: '15000' } } });
    expect(Object.keys(chainsOf(manifest)[0]?.breaks ?? {})).toEqual(['content-mismatch']);
  });
});
