import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { catalogueFixture } from './fixtures/catalogue-fixture.ts';
import type { CatalogueFixture } from './fixtures/catalogue-fixture.ts';
import { rowSecurity } from './row-security.ts';

let fixture: CatalogueFixture;
beforeAll(async () => {
  fixture = await catalogueFixture(
    rowSecurity,
    `CREATE TABLE orders (tenant int, total numeric);
     ALTER TABLE orders ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
     CREATE POLICY own ON orders USING (tenant = current_setting('shop.tenant')::int) WITH CHECK (total > 0);
     CREATE POLICY small ON orders AS RESTRICTIVE FOR SELECT TO pg_monitor, CURRENT_USER USING (total < 1000);
     COMMENT ON POLICY small ON orders IS 'for the office';
     CREATE TABLE open (id int);
     CREATE POLICY waiting ON open USING (true);`,
  );
});
afterAll(() => fixture.drop());

const ORDERS = 'row security of public.orders';

describe('row-security', () => {
  it('passes on what pg_dump carried', async () => {
    expect(await fixture.afterDump()).toMatchObject({
      verdict: 'passed',
      findings: [],
      subjects: [
        { name: 'tables with row security', before: 1, after: 1 },
        { name: 'policies', before: 3, after: 3 },
      ],
    });
  });

  it.each([
    ['ALTER TABLE orders DISABLE ROW LEVEL SECURITY', [['row-security/disabled', ORDERS]]],
    ['ALTER TABLE orders NO FORCE ROW LEVEL SECURITY', [['row-security/not-forced', ORDERS]]],
    [
      'ALTER TABLE orders DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY',
      [
        ['row-security/disabled', ORDERS],
        ['row-security/not-forced', ORDERS],
      ],
    ],
    ['ALTER TABLE open ENABLE ROW LEVEL SECURITY', [['row-security/unexpected', 'row security of public.open']]],
    ['DROP POLICY own ON orders', [['row-security/missing', 'policy public.orders.own']]],
    ['CREATE POLICY more ON orders USING (true)', [['row-security/unexpected', 'policy public.orders.more']]],
    ['ALTER POLICY own ON orders USING (true)', [['row-security/differs', 'policy public.orders.own']]],
    ['ALTER POLICY own ON orders WITH CHECK (true)', [['row-security/differs', 'policy public.orders.own']]],
    ['ALTER POLICY small ON orders TO PUBLIC', [['row-security/differs', 'policy public.orders.small']]],
    ['COMMENT ON POLICY small ON orders IS NULL', [['row-security/comment-differs', 'policy public.orders.small']]],
    // Said of the table alone, by row-count.
    ['DROP TABLE orders', []],
  ])('%s', async (damage, expected) => {
    expect(await fixture.codesAfter(damage)).toEqual(expected);
  });
});
