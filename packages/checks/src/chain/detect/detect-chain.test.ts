import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSnapshot, openWritable, resolveConnection, UsageError } from '@pgdrill/core';
import type { SnapshotSession } from '@pgdrill/core';
import { createTestDatabase } from '../../../../sandbox/src/testing/test-database.ts';
import type { TestDatabase } from '../../../../sandbox/src/testing/test-database.ts';
import { captureChains, chainsOf } from '../../fixtures/capture-chains.ts';
import { chainShapes } from '../../fixtures/chain-shapes.ts';
import type { ChainShape } from '../../fixtures/chain-shapes.ts';
import { chainTable, ROWS } from '../../fixtures/chain-table.ts';
import { detectChain } from './detect-chain.ts';
import type { Detection } from './detection.ts';
import { readKeys } from './hash-way.ts';
import type { DetectKey } from './hash-way.ts';

/** A key, keys of JSON that no column has, and an expression: nobody can guess these. */
const NOT_FOUND = new Set([
  'an HMAC',
  'an HMAC whose key was changed on the way',
  'json_build_object as text',
  'what only an SQL expression can say',
]);
const shapes = chainShapes.map((shape, index) => [shape.name, shape, `shape${index}`] as const);
const COLUMNS = ['at', 'actor', 'note', 'amount', 'details', 'tenant', 'version'];

/** Two columns that are not hashed stay: with all of them, the search takes seconds for each of the shapes, and finds the same. */
function narrowed({ description }: ChainShape, table: string): string {
  const text = JSON.stringify(description);
  const unused = COLUMNS.filter((column) => !text.includes(`"${column}"`) && !text.includes(`t.${column}`));
  return unused
    .slice(2)
    .map((column) => `ALTER TABLE ${table} DROP COLUMN ${column};`)
    .join('\n');
}

const sqlOf = (name: string, table: string): string => {
  const shape = chainShapes.find((each) => each.name === name);
  if (shape === undefined) throw new Error(`no shape is called ${name}`);
  return chainTable(shape, table) + narrowed(shape, table);
};

let database: TestDatabase;
let session: SnapshotSession;
beforeAll(async () => {
  database = await createTestDatabase();
  const connection = resolveConnection(database.url, {});
  const db = await openWritable(connection, 'pg');
  for (const [, shape, table] of shapes) await db.script(chainTable(shape, table) + narrowed(shape, table));
  await db.script(`
    ${sqlOf('joined by a pipe', 'damaged')} UPDATE damaged SET actor = actor || 'x' WHERE n = 7;
    ${sqlOf('no previous hash stored, in the order of a number', 'unlinked')} ALTER TABLE unlinked DROP COLUMN prev;
    ${sqlOf('joined by a pipe', 'own_start')} UPDATE own_start SET prev = 'Musterfirma seit 1921' WHERE n = 1;
    ${sqlOf('joined by a pipe', 'with_key')} ALTER TABLE with_key ADD PRIMARY KEY (n), ALTER actor SET NOT NULL;
    CREATE TABLE content_only AS SELECT n::text AS payload, encode(sha256(convert_to(n::text, 'UTF8')), 'hex') AS hash, lag(encode(sha256(convert_to(n::text, 'UTF8')), 'hex')) OVER (ORDER BY n) AS prev FROM generate_series(1, 5) AS n;
    CREATE TABLE latin (n int, who text, prev text, hash text);
    INSERT INTO latin SELECT n, CASE WHEN n % 3 = 0 THEN 'Zoë' WHEN n % 3 = 1 THEN 'José' ELSE 'Ann' END FROM generate_series(1, 9) AS n;
    DO $$ DECLARE r latin; link text; own text; BEGIN FOR r IN SELECT * FROM latin ORDER BY n LOOP
      own := encode(sha256(convert_to(concat_ws('|', coalesce(link, ''), r.n, r.who), 'LATIN1')), 'hex');
      UPDATE latin SET prev = link, hash = own WHERE n = r.n;
      link := own;
    END LOOP; END $$;
    CREATE TABLE nothing (id int, hash text, prev text);
    CREATE TABLE single AS SELECT * FROM content_only WHERE prev IS NULL;
    CREATE TABLE single_number AS SELECT 1 AS n, hash FROM single;
    CREATE TABLE plain AS SELECT n, 'row ' || n AS name FROM generate_series(1, 5) AS n;
    CREATE SCHEMA "Sch"; CREATE TABLE "Sch"."A b" AS SELECT n, encode(sha256(convert_to(n::text, 'UTF8')), 'hex') AS "Hash" FROM generate_series(1, 5) AS n;`);
  await db.close();
  session = await openSnapshot({ connection, driver: 'pg' });
}, 120_000);
afterAll(async () => {
  await session.close();
  await database.drop();
});

const detect = (
  table: string,
  candidates = 1_000_000,
  signal = new AbortController().signal,
  key?: DetectKey,
): Promise<Detection> => detectChain(session.leader, table, { bounds: { seconds: 300, candidates }, signal, key });

describe('detectChain', () => {
  it.each(shapes.filter(([name]) => !NOT_FOUND.has(name)))(
    'finds: %s',
    async (_name, { description }, table) => {
      const { chain, proof, tried } = await detect(table);
      expect(proof).toEqual({ rows: ROWS, fits: ROWS });
      expect(tried.at(-1)?.fits).toBeGreaterThan(0);
      expect(chain).toMatchObject({ table: `public.${table}`, hash: description.hash });
      expect(chain?.scope).toEqual(description.scope);
      if (chain === null) return;
      const [verified] = chainsOf(await captureChains(resolveConnection(database.url, {}), { chains: [chain] }));
      expect(verified).toMatchObject({ rows: ROWS, unchained: 0, unformatted: 0, breaks: {} });
      expect(verified?.heads.length).toBe(description.scope ? 3 : 1);
    },
    120_000,
  );

  it.each(shapes.filter(([name]) => NOT_FOUND.has(name)))(
    'says what it tried where it cannot find: %s',
    async (_name, _shape, table) => {
      const { chain, proof, tried, notes, candidates } = await detect(table, 30_000);
      expect({ chain, proof, candidates }).toEqual({ chain: null, proof: null, candidates: 30_000 });
      expect(tried).toContainEqual(expect.objectContaining({ family: "fields joined in the table's order", fits: 0 }));
      expect(notes).toContainEqual(expect.stringContaining('ended at its bounds'));
      expect(notes.join('\n')).toMatch(/11 hold in prev the hash of another row[\s\S]*HMAC.*"hash.hmac"/);
    },
    120_000,
  );

  it('finds an HMAC by its key, and shows the name of that alone', async () => {
    const key = { name: 'AUDIT_KEY', text: 'secret one' };
    const index = chainShapes.findIndex(({ name }) => name === 'an HMAC');
    const found = await detect(`shape${index}`, 200_000, undefined, key);
    expect(found.proof).toEqual({ rows: ROWS, fits: ROWS });
    const hash = { column: 'hash', algorithm: 'sha256', encoding: 'hex', hmac: { key: '$AUDIT_KEY' } };
    expect(found.chain).toMatchObject({ hash, format: chainShapes[index]?.description.format });
    expect(JSON.stringify(found)).not.toContain('secret');
    const { chain, notes } = await detect(`shape${index}`, 20_000, undefined, { ...key, text: 'another' });
    expect(chain).toBeNull();
    expect(notes.join()).toContain('Only hashes made with the key of --key-env');
  }, 120_000);

  it('finds a chain that was hashed in Latin-1, where some rows are in ASCII', async () => {
    const { chain, proof } = await detect('latin', 200_000);
    expect(proof).toEqual({ rows: 9, fits: 9 });
    expect(chain?.hash).toEqual({ column: 'hash', algorithm: 'sha256', encoding: 'hex', charset: 'latin1' });
  }, 120_000);

  it('says how many rows do not fit, of a chain with a row that was changed', async () => {
    const { chain, proof } = await detect('damaged', 200_000);
    expect(proof).toEqual({ rows: ROWS, fits: ROWS - 1 });
    expect(chain).toEqual({ ...(await detect('shape0')).chain, table: 'public.damaged' });
  }, 120_000);

  it('finds the order of a chain that stores no previous hash', async () => {
    const { chain, proof, notes } = await detect('unlinked');
    expect(proof).toEqual({ rows: ROWS, fits: ROWS });
    expect(chain).toMatchObject({ order: ['n'], prev: { genesis: { hashed: 'seed' } } });
    expect(notes).toContainEqual(expect.stringContaining('in the order of n'));
  }, 120_000);

  it('shows no value, not even a first row of its own kind', async () => {
    const detection = await detect('own_start');
    expect(detection.chain?.prev?.genesis.stored).toBe('...');
    expect(detection.notes).toContainEqual(expect.stringContaining('put it in for "..."'));
    expect(JSON.stringify(detection)).not.toMatch(/Musterfirma|Zoë|O'Hara|smile|2024|note \d|[0-9a-f]{64}/);
  }, 120_000);

  it('names the columns that no hash covers', async () => {
    const { uncovered } = await detect('with_key');
    expect(uncovered).toEqual(['amount', 'tenant']);
  }, 120_000);

  it('says of a table why it is no chain', async () => {
    expect(await detect('plain')).toMatchObject({
      chain: null,
      notes: [expect.stringContaining('No column holds hashes')],
    });
    expect((await detect('single')).notes).toEqual([
      expect.stringContaining('No column holds the hash of another row'),
    ]);
    expect((await detect('single_number')).notes.at(-1)).toContain('at least two rows');
    expect(await detect('nothing')).toMatchObject({ chain: null, notes: ['The table has no rows.'] });
  });

  it('says when the hash does not cover the link', async () => {
    const { proof, notes } = await detect('content_only');
    expect(proof).toEqual({ rows: 5, fits: 5 });
    expect(notes).toContainEqual(expect.stringContaining('does not cover the previous hash'));
    expect((await detect('own_start')).notes.join()).not.toContain('does not cover');
  });

  it('takes a name with capitals in quotes, and refuses one that is not there or cannot be', async () => {
    expect(await detect('"Sch"."A b"', 1_000)).toMatchObject({ table: '"Sch"."A b"', chain: null });
    for (const table of ['public.no_such', 'no_such', 'a.b.c.d', '"', 'Sch."A b"', '']) {
      await expect(detect(table)).rejects.toThrow(UsageError);
    }
  });

  it('ends when it is told to', async () => {
    const stop = new AbortController();
    setTimeout(() => stop.abort(new Error('that is enough')), 300);
    await expect(detect('shape9', 50_000_000, stop.signal)).rejects.toThrow('that is enough');
  }, 120_000);
});

describe('readKeys', () => {
  it.each([
    ['secret one', ['utf8']],
    ['0A0b', ['utf8', 'hex', 'base64']],
    ['c2VjcmV0IQ==', ['utf8', 'base64']],
  ])('tries %s as %j', (text, encodings) => {
    expect(readKeys({ name: 'K', text }).map(({ encoding }) => encoding)).toEqual(encodings);
  });
});
