import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWritable, quoteIdentifier, resolveConnection } from '@pgdrill/core';
import type { ChainConfig, Since } from '@pgdrill/core';
import { createTestDatabase } from '../../../sandbox/src/testing/test-database.ts';
import type { TestDatabase } from '../../../sandbox/src/testing/test-database.ts';
import { captureChains, chainsOf } from '../fixtures/capture-chains.ts';
import { chainShapes } from '../fixtures/chain-shapes.ts';
import type { ChainShape } from '../fixtures/chain-shapes.ts';
import { chainTable } from '../fixtures/chain-table.ts';
import { lies } from '../fixtures/lying-database.ts';
import type { ChainObservation } from './observation.ts';

const verify = { query: 'SELECT * FROM public.verify_lie()', firstBreak: 'broken', rows: 'n' };
const KINDS = ['healthy', 'changed', 'lost'] as const;

/** A healthy table of each shape, and two that are damaged. */
const tables = chainShapes.map((shape, index) => {
  const payload = shape.payload ? `, payload = payload || ${shape.binary ? `'\\x00'::bytea` : `'x'`}` : '';
  return `${KINDS.map((kind) => chainTable(shape, `${kind}${index}`)).join('\n')}
    UPDATE changed${index} SET actor = actor || 'x', amount = amount + 1, at = at + interval '1 s', n = n + 70${payload} WHERE n = 12;
    DELETE FROM lost${index} WHERE n = 8;`;
});

const nameOf = (kind: string, { name }: ChainShape): string => `${kind}: ${name}`;
const chains = (more: Partial<ChainConfig>): readonly ChainConfig[] =>
  chainShapes.flatMap((shape, index) =>
    KINDS.map((kind) => ({
      table: `public.${kind}${index}`,
      key: 'n',
      ...shape.description,
      ...more,
      name: nameOf(kind, shape),
    })),
  );

let honest: TestDatabase;
let lying: TestDatabase;
beforeAll(async () => {
  honest = await createTestDatabase({ sql: tables.join('\n') });
  lying = await createTestDatabase({ sql: tables.join('\n') });
  const db = await openWritable(resolveConnection(lying.url, {}), 'pg');
  await db.script(lies(quoteIdentifier(lying.name)));
  await db.close();
}, 120_000);
afterAll(async () => {
  await honest.drop();
  await lying.drop();
});

type Seen = ReadonlyMap<string, ChainObservation>;
const seen = async ({ url }: TestDatabase, more: Partial<ChainConfig> = {}, since?: Since): Promise<Seen> => {
  const plan = { chains: chains(more), ...(since && { since }) };
  const observed = chainsOf(await captureChains(resolveConnection(url, {}), plan));
  return new Map(observed.map((chain) => [chain.name, chain]));
};

describe('a database in which every function, operator, cast and setting lies', () => {
  it('lies to whoever asks without a schema', async () => {
    const db = await openWritable(resolveConnection(lying.url, {}), 'pg');
    const [row] = await db.query(
      `SELECT encode('\\x01'::bytea, 'hex') AS hex, 'a'::text = 'a'::text AS same, 7::int::text AS number, sum(1::bigint) AS sum, now()::text AS now`,
    );
    await db.close();
    expect(row).toEqual({ hex: 'lie', same: 'f', number: 'lie', sum: '0', now: 'lie' });
  });

  it('has no part in what is recomputed outside, nor in what the server computes, of chains of any shape', async () => {
    const [told, expected] = [await seen(lying), await seen(honest)];
    expect(told).toEqual(expected);
    const broken = [...told].filter(([, { breaks }]) => Object.keys(breaks).length > 0).map(([name]) => name);
    const damaged = chainShapes.flatMap((shape) => [nameOf('changed', shape), nameOf('lost', shape)]);
    expect(broken).toEqual(damaged);
    expect([...told.values()].filter(({ unreadable }) => unreadable !== undefined)).toEqual([]);
  });

  it('has none in what is recomputed outside alone, and its own function is contradicted', async () => {
    const alone = { verifiers: ['independent'] } as const;
    const [told, expected] = [await seen(lying, { ...alone, verify }), await seen(honest, alone)];
    const lie = { firstBreak: null, rows: '12' };
    expect(told).toEqual(new Map([...expected].map(([name, chain]) => [name, { ...chain, own: lie }])));
  });

  it('has none in what is recomputed from an earlier manifest on', async () => {
    const manifest = await captureChains(resolveConnection(lying.url, {}), { chains: chains({}) });
    // What is damaged in the manifest already is unverified.
    const told = await seen(lying, { verifiers: ['independent'] }, { manifest, share: 1, day: '2026-11-24' });
    const healthy = chainShapes.map((shape) => told.get(nameOf('healthy', shape)));
    expect(
      healthy.filter((chain) => chain?.since?.missing.total === 0 && chain.since.differing.total === 0),
    ).toHaveLength(healthy.length);
    expect(healthy.filter((chain) => Object.keys(chain?.breaks ?? { none: {} }).length > 0)).toEqual([]);
  });
});
