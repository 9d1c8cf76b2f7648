import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWritable, resolveConnection } from '@pgdrill/core';
import type { ChainConfig, ChainHash } from '@pgdrill/core';
import { createTestDatabase } from '../../../sandbox/src/testing/test-database.ts';
import type { TestDatabase } from '../../../sandbox/src/testing/test-database.ts';
import { captureChains, chainsOf } from '../fixtures/capture-chains.ts';
import { chainShapes } from '../fixtures/chain-shapes.ts';
import type { ChainShape } from '../fixtures/chain-shapes.ts';
import { chainTable, ROWS } from '../fixtures/chain-table.ts';
import type { ChainObservation } from './observation.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  const db = await openWritable(resolveConnection(database.url, {}), 'pg');
  for (const [index, shape] of chainShapes.entries()) {
    for (const kind of ['healthy', 'changed', 'lost', 'swapped']) await db.script(chainTable(shape, `${kind}${index}`));
    // Where the number is the order as well, it stays.
    const number = shape.description.prev?.column === undefined ? 7 : 70;
    const payload = shape.payload ? `, payload = payload || ${shape.binary ? `'\\x00'::bytea` : `'x'`}` : '';
    await db.script(`UPDATE changed${index} SET n = ${number}${payload}, actor = actor || 'x', amount = amount + 1, at = at + interval '1 s' WHERE n = 7;
      DELETE FROM lost${index} WHERE n = 8;
      UPDATE swapped${index} a SET hash = b.hash FROM swapped${index} b WHERE (a.n, b.n) IN ((4, 10), (10, 4))`);
  }
  await db.close();
}, 120_000);
afterAll(() => database.drop());

async function observed(table: string, { description }: ChainShape): Promise<ChainObservation> {
  const chain: ChainConfig = { table, key: 'n', ...description };
  const [found] = chainsOf(await captureChains(resolveConnection(database.url, {}), { chains: [chain] }));
  return found as ChainObservation;
}

const kindsOf = ({ breaks }: ChainObservation): readonly string[] => Object.keys(breaks);

describe('a chain', () => {
  it.each(chainShapes.map((shape, index) => [shape.name, shape, index] as const))('%s', async (_name, shape, index) => {
    const healthy = await observed(`healthy${index}`, shape);
    expect(healthy.unreadable).toBeUndefined();
    expect(healthy).toMatchObject({ rows: ROWS, counted: ROWS, unchained: 0, unformatted: 0, breaks: {} });
    expect(healthy.heads.map(({ key }) => key).toSorted()).toEqual(
      shape.description.scope ? ['10', '11', '12'] : ['12'],
    );
    // Of an expression, and of what is stored, nobody knows whether it covers the link.
    const format = shape.description.format ?? {};
    const server = { rows: ROWS, mismatches: 0, whole: !('sql' in format || 'stored' in format) };
    expect(healthy.verifiers).toEqual({ independent: { rows: ROWS }, ...(shape.sql ? { sql: server } : {}) });

    const changed = await observed(`changed${index}`, shape);
    expect(changed.breaks['content-mismatch']).toMatchObject({
      total: 1,
      first: { key: shape.description.prev?.column === undefined ? '7' : '70' },
    });
    const lost = await observed(`lost${index}`, shape);
    // Without a stored link, the row after the gap no longer fits.
    expect(kindsOf(lost)).toEqual([
      shape.description.prev?.column === undefined ? 'content-mismatch' : 'link-mismatch',
    ]);
    const swapped = await observed(`swapped${index}`, shape);
    expect(kindsOf(swapped)).toContain('content-mismatch');
    if (!shape.sql) return;
    for (const { verifiers } of [changed, lost, swapped]) expect(verifiers.sql).toMatchObject({ whole: false });
    expect(changed.verifiers.sql?.mismatches).toBe(1);
  });

  it('of which a key is missing is not taken for tampered with', async () => {
    const index = chainShapes.findIndex(({ name }) => name.includes('key was changed'));
    const shape = chainShapes[index] as ChainShape;
    const { hash } = shape.description;
    const known = { keys: { 1: '0a0b' }, version: 'version', encoding: 'hex' } as const;
    const description = { ...shape.description, hash: { ...(hash as ChainHash), hmac: known } };
    const found = await observed(`healthy${index}`, { ...shape, description });
    expect(found).toMatchObject({ rows: ROWS, unformatted: ROWS - 5, breaks: {} });
  });

  it.each(chainShapes.map(({ name, description }) => [name, description] as const))(
    '%s: is described in at most 25 lines of 60 characters',
    (_name, description) => {
      expect(JSON.stringify(description).length).toBeLessThanOrEqual(25 * 60);
    },
  );
});
