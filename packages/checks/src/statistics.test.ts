import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { catalogueFixture } from './fixtures/catalogue-fixture.ts';
import type { CatalogueFixture } from './fixtures/catalogue-fixture.ts';
import { statistics } from './statistics.ts';

let fixture: CatalogueFixture;
beforeAll(async () => {
  fixture = await catalogueFixture(
    statistics,
    `CREATE TABLE items (id int, name text); INSERT INTO items SELECT n, n FROM generate_series(1, 100) AS n;
     CREATE STATISTICS both_columns ON id, name FROM items;
     CREATE TABLE hidden (id int); INSERT INTO hidden VALUES (1); GRANT SELECT ON items TO PUBLIC;
     CREATE TABLE "Empty" (id int);`,
    'ANALYZE',
  );
});
afterAll(() => fixture.drop());

describe('statistics', () => {
  it('warns that pg_dump carried none', async () => {
    const report = await fixture.afterDump();
    expect(report).toMatchObject({
      verdict: 'passed',
      subjects: [
        { name: 'tables with statistics', before: 2, after: 0 },
        { name: 'statistics objects with data', before: 1, after: 0 },
      ],
      findings: [
        {
          code: 'statistics/missing',
          severity: 'notice',
          subject: 'database',
          expected: 3,
          actual: 0,
        },
      ],
    });
    expect(report.findings[0]?.message).toMatch(/table public\.hidden, .*ANALYZE/);
  });

  it.each([
    ['DELETE FROM pg_statistic; DELETE FROM pg_statistic_ext_data; ANALYZE', []],
    ['DROP TABLE items', []],
    [`DELETE FROM pg_statistic WHERE starelid = 'items'::regclass AND staattnum = 2`, ['table public.items']],
    ['DELETE FROM pg_statistic_ext_data', ['statistics object public.both_columns']],
  ])('%s', async (damage, named) => {
    const { findings } = await fixture.after(damage);
    expect(findings.map(({ message }) => /of (.*): until/.exec(message)?.[1])).toEqual(named);
  });

  it('names the tables and objects of which a role may not see them', async () => {
    const { verdict, findings, subjects } = await fixture.seenByAnyone('SELECT 1');
    expect([verdict, findings, subjects.filter(({ unverified }) => unverified).map(({ name }) => name)]).toEqual([
      'unverified',
      [],
      ['table public.hidden', 'table public."Empty"', 'statistics object public.both_columns'],
    ]);
  });
});
