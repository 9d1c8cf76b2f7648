import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { extensions } from './extensions.ts';
import { catalogueFixture } from './fixtures/catalogue-fixture.ts';
import type { CatalogueFixture } from './fixtures/catalogue-fixture.ts';

let fixture: CatalogueFixture;
beforeAll(async () => {
  fixture = await catalogueFixture(
    extensions,
    `CREATE SCHEMA tools; CREATE EXTENSION pg_trgm SCHEMA tools; CREATE EXTENSION citext;
     COMMENT ON EXTENSION citext IS 'mail addresses'`,
  );
});
afterAll(() => fixture.drop());

describe('extensions', () => {
  it('passes on what pg_dump carried', async () => {
    expect(await fixture.afterDump()).toMatchObject({
      verdict: 'passed',
      findings: [],
      subjects: [{ name: 'extensions', before: 3, after: 3 }],
    });
  });

  it.each([
    ['DROP EXTENSION citext', [['extensions/missing', 'extension citext']]],
    ['CREATE EXTENSION btree_gin', [['extensions/unexpected', 'extension btree_gin']]],
    ['ALTER EXTENSION pg_trgm SET SCHEMA public', [['extensions/differs', 'extension pg_trgm']]],
    ['COMMENT ON EXTENSION citext IS NULL', [['extensions/comment-differs', 'extension citext']]],
  ])('%s', async (damage, expected) => {
    expect(await fixture.codesAfter(damage)).toEqual(expected);
  });

  it('tells a version that the restore moved on from', async () => {
    const old = await catalogueFixture(extensions, `CREATE EXTENSION pg_trgm VERSION '1.3'`);
    try {
      const { verdict, findings } = await old.afterDump();
      expect([verdict, findings]).toMatchObject([
        'failed',
        [{ code: 'extensions/version-differs', subject: 'extension pg_trgm', expected: { version: '1.3' } }],
      ]);
    } finally {
      await old.drop();
    }
  });
});
