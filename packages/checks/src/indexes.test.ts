import type { AnyCheck } from '@pgdrill/core';
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
    ["COMMENT ON INDEX items_lower IS 'new'", [['indexes/comment-differs', 'index public.items_lower']]],
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

  it('is not verified where a table is gone with its indexes', async () => {
    const { verdict, reason } = await fixture.after('DROP TABLE items CASCADE');
    expect([verdict, reason]).toEqual([
      'unverified',
      '2 of 3 could not be judged; the first, public.items: It is not there any more, so that indexes of it could not be compared: 2.',
    ]);
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

  describe('with amcheck', () => {
    const options = { amcheck: true };
    const withAmcheck: AnyCheck = {
      ...indexes,
      observe: (db, _, context) => {
        if (indexes.observe === undefined) throw new Error('indexes observes nothing');
        return indexes.observe(db, options, context);
      },
      judge: (input) => indexes.judge({ ...input, options }),
    };
    /** Rows that an index does not hear of, as if its order were another system's. */
    const corrupted = (index: string): string =>
      `UPDATE pg_index SET indisready = false WHERE indexrelid = '${index}'::regclass;
       INSERT INTO items VALUES (3, 'new');
       UPDATE pg_index SET indisready = true WHERE indexrelid = '${index}'::regclass;`;
    const TABLE =
      'CREATE TABLE items (id int, name text); CREATE INDEX by_id ON items (id); CREATE INDEX by_name ON items (name);';
    let checked: CatalogueFixture;
    beforeAll(async () => {
      checked = await catalogueFixture(
        withAmcheck,
        `CREATE EXTENSION amcheck; ${TABLE} INSERT INTO items VALUES (1, 'one');`,
      );
    });
    afterAll(() => checked.drop());

    it('finds every B-tree of a healthy restore sound', async () => {
      expect(await checked.afterDump()).toMatchObject({
        verdict: 'passed',
        findings: [],
        subjects: [
          { name: 'indexes', before: 2, after: 2 },
          { name: 'B-trees that amcheck finds sound', before: 2, after: 2 },
        ],
      });
    });

    it('names the index that lacks a row of its table', async () => {
      const { findings } = await checked.after(corrupted('by_name'));
      expect(findings).toMatchObject([
        { code: 'indexes/corrupt', severity: 'error', subject: 'index public.by_name', expected: 'sound' },
      ]);
      expect(findings[0]?.actual).toMatch(/lacks matching index tuple/);
    });

    it('warns of an index that was corrupt before, and that the dump healed', async () => {
      const source = await catalogueFixture(withAmcheck, `CREATE EXTENSION amcheck; ${TABLE} ${corrupted('by_id')}`);
      try {
        expect(await source.afterDump()).toMatchObject({
          verdict: 'passed',
          findings: [{ code: 'indexes/corrupt-before', severity: 'warning', subject: 'index public.by_id' }],
        });
      } finally {
        await source.drop();
      }
    });

    it('names the unique index that a copy of the files brought under another collation library, and a duplicate in it (T27)', async () => {
      const source = await catalogueFixture(
        withAmcheck,
        `CREATE EXTENSION amcheck; CREATE COLLATION words (provider = icu, locale = 'en');
         CREATE TABLE words (word text COLLATE words UNIQUE); INSERT INTO words VALUES ('a'), ('B'), ('c');`,
      );
      const otherOrder = `UPDATE pg_collation SET collprovider = 'c', collcollate = 'C', collctype = 'C', colliculocale = NULL, collversion = NULL WHERE collname = 'words'`;
      try {
        expect(await source.afterDump()).toMatchObject({ verdict: 'passed', findings: [] });
        for (const damage of [otherOrder, `${otherOrder}; INSERT INTO words VALUES ('a')`]) {
          const { findings } = await source.after(damage);
          expect(findings).toMatchObject([
            { code: 'indexes/corrupt', severity: 'error', subject: 'index public.words_word_key', expected: 'sound' },
          ]);
          expect(findings[0]?.actual).toMatch(/item order invariant violated/);
        }
      } finally {
        await source.drop();
      }
    });

    it('is unverified, never passed, where the extension is not installed', async () => {
      const { verdict, reason } = await checked.after('DROP EXTENSION amcheck');
      expect(verdict).toBe('unverified');
      expect(reason).toMatch(/amcheck could not be asked after: The extension amcheck is not installed/);
    });

    it('names each index that the role may not have checked, as unverified', async () => {
      const { verdict, subjects } = await checked.seenByAnyone('SELECT 1');
      expect(verdict).toBe('unverified');
      expect(
        subjects.filter(({ unverified }) => unverified?.includes('permission denied')).map(({ name }) => name),
      ).toEqual(['index public.by_id', 'index public.by_name']);
    });
  });
});
