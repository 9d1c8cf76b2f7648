import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { catalogueFixture } from './fixtures/catalogue-fixture.ts';
import type { CatalogueFixture } from './fixtures/catalogue-fixture.ts';
import { matviews } from './matviews.ts';

let fixture: CatalogueFixture;
beforeAll(async () => {
  fixture = await catalogueFixture(
    matviews,
    `CREATE TABLE items AS SELECT 1 AS id; CREATE MATERIALIZED VIEW seen AS SELECT * FROM items;
     CREATE MATERIALIZED VIEW unseen AS SELECT * FROM items WITH NO DATA`,
  );
});
afterAll(() => fixture.drop());

describe('matviews', () => {
  it('passes on what pg_dump carried, one that was never populated too', async () => {
    expect(await fixture.afterDump()).toMatchObject({
      verdict: 'passed',
      findings: [],
      subjects: [{ name: 'materialized views', before: 2, after: 2 }],
    });
  });

  it('tells one whose data a dump of the schema alone does not bring back', async () => {
    const { findings } = await fixture.afterDump('--schema-only');
    expect(findings.map(({ code, subject }) => [code, subject])).toEqual([
      ['matviews/unpopulated', 'materialized view public.seen'],
    ]);
  });

  it.each([
    ['REFRESH MATERIALIZED VIEW seen WITH NO DATA', [['matviews/unpopulated', 'materialized view public.seen']]],
    ['REFRESH MATERIALIZED VIEW unseen', []],
    // Said by row-count and content.
    ['DROP MATERIALIZED VIEW seen', []],
  ])('%s', async (damage, expected) => {
    expect(await fixture.codesAfter(damage)).toEqual(expected);
  });
});
