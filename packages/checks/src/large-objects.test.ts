import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { catalogueFixture } from './fixtures/catalogue-fixture.ts';
import type { CatalogueFixture } from './fixtures/catalogue-fixture.ts';
import { largeObjects } from './large-objects.ts';

let fixture: CatalogueFixture;
beforeAll(async () => {
  fixture = await catalogueFixture(
    largeObjects,
    `SELECT lo_from_bytea(101, '\\x00ff00'), lo_from_bytea(102, decode(repeat('ab', 5000), 'hex')), lo_create(103);
     SELECT lo_create(104); SELECT lo_put(104, 9000, '\\x01'); SELECT lo_put(104, 2000, '\\x00');
     SELECT lo_from_bytea(105, decode(repeat('00', 4096), 'hex')),
            lo_from_bytea(107, decode(repeat('01', 2048) || repeat('02', 2048), 'hex'));
     GRANT SELECT ON LARGE OBJECT 101 TO pg_monitor; COMMENT ON LARGE OBJECT 102 IS 'a letter'`,
  );
});
afterAll(() => fixture.drop());

describe('large-objects', () => {
  it('passes on what pg_dump carried, though it fills holes', async () => {
    expect(await fixture.afterDump()).toMatchObject({
      verdict: 'passed',
      findings: [],
      subjects: [{ name: 'large objects', before: 6, after: 6 }],
    });
  });

  it('tells all objects that a dump without them lost', async () => {
    const { findings } = await fixture.afterDump('--no-blobs');
    expect(findings.map(({ code }) => code)).toEqual(Array.from({ length: 6 }, () => 'large-objects/missing'));
  });

  it.each([
    [`SELECT lo_put(102, 4999, '\\xaa')`, [['large-objects/content-differs', 'large object 102']]],
    [`SELECT lo_put(102, 5000, '\\x00')`, [['large-objects/content-differs', 'large object 102']]],
    // The same pages, the other way round.
    [
      `SELECT lo_put(107, 0, lo_get(107, 2048, 2048)), lo_put(107, 2048, decode(repeat('01', 2048), 'hex'))`,
      [['large-objects/content-differs', 'large object 107']],
    ],
    [`SELECT lo_truncate(lo_open(105, 131072), 4095)`, [['large-objects/content-differs', 'large object 105']]],
    [`SELECT lo_unlink(101)`, [['large-objects/missing', 'large object 101']]],
    [`SELECT lo_create(106)`, [['large-objects/unexpected', 'large object 106']]],
    ['ALTER LARGE OBJECT 103 OWNER TO pg_monitor', [['large-objects/owner-differs', 'large object 103']]],
    ['REVOKE SELECT ON LARGE OBJECT 101 FROM pg_monitor', [['large-objects/acl-differs', 'large object 101']]],
    ['COMMENT ON LARGE OBJECT 102 IS NULL', [['large-objects/comment-differs', 'large object 102']]],
  ])('%s', async (damage, expected) => {
    expect(await fixture.codesAfter(damage)).toEqual(expected);
  });

  it('reads what a role may, by the same digest, and names what it may not', async () => {
    const readable = `GRANT SELECT ON LARGE OBJECT 102, 103, 104, 105, 107 TO PUBLIC`;
    const { verdict, findings, subjects } = await fixture.seenByAnyone(readable);
    expect([verdict, findings.map(({ code }) => code)]).toEqual([
      'failed',
      Array.from({ length: 5 }, () => 'large-objects/acl-differs'),
    ]);
    const unread = subjects.filter(({ unverified }) => unverified?.includes('GRANT SELECT'));
    expect(unread.map(({ name }) => name)).toEqual(['large object 101']);
  });
});
