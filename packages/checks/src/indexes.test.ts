import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { catalogueFixture } from './fixtures/catalogue-fixture.ts';
import type { CatalogueFixture } from './fixtures/catalogue-fixture.ts';
import { indexes } from './indexes.ts';

let fixture: CatalogueFixture;
beforeAll(async () => {
  fixture = await catalogueFixture(
    indexes,
    `CREATE TABLE items (id int PRIMARY KEY, name text);
     INSERT INTO items VALUES (1, 'twice'), (2, 'twice');
     CREATE INDEX items_lower ON items (lower(name)) WHERE id > 0;
     CREATE MATERIALIZED VIEW names AS SELECT name FROM items;
     CREATE INDEX "Names" ON names (name DESC);`,
  );
});
afterAll(() => fixture.drop());

describe('indexes', () => {
  it('passes on what pg_dump carried', async () => {
    expect(await fixture.afterDump()).toMatchObject({
      verdict: 'passed',
      findings: [],
      subjects: [{ name: 'indexes', before: 3, after: 3 }],
    });
  });

  it.each([
    ['DROP INDEX items_lower', [['indexes/missing', 'index public.items_lower']]],
    ['CREATE INDEX more ON items (name)', [['indexes/unexpected', 'index public.more']]],
    [
      'DROP INDEX items_lower; CREATE INDEX items_lower ON items (lower(name))',
      [['indexes/differs', 'index public.items_lower']],
    ],
    ['ALTER TABLE items CLUSTER ON items_pkey', [['indexes/differs', 'index public.items_pkey']]],
    [
      `UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'public."Names"'::regclass`,
      [['indexes/invalid', 'index public."Names"']],
    ],
    // Said of the table alone, by row-count.
    ['DROP TABLE items CASCADE', []],
  ])('%s', async (damage, expected) => {
    expect(await fixture.codesAfter(damage)).toEqual(expected);
  });

  it('tells an index that pg_dump left out because it was invalid from one that was lost', async () => {
    const invalid = await catalogueFixture(
      indexes,
      `CREATE TABLE items (name text); INSERT INTO items VALUES ('twice'), ('twice')`,
      `CREATE UNIQUE INDEX CONCURRENTLY items_name ON items (name)`,
    );
    try {
      const { verdict, findings } = await invalid.afterDump();
      expect([verdict, findings.map(({ code, severity }) => [code, severity])]).toEqual([
        'passed',
        [['indexes/invalid-not-dumped', 'warning']],
      ]);
    } finally {
      await invalid.drop();
    }
  });
});
