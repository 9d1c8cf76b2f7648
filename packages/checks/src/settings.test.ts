import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { judge, resolveConnection, runCapture } from '@pgdrill/core';
import type { CapturePlan, Finding, Manifest } from '@pgdrill/core';
import { createTestDatabase } from '../../sandbox/src/testing/test-database.ts';
import type { TestDatabaseOptions } from '../../sandbox/src/testing/test-database.ts';
import { catalogueFixture } from './fixtures/catalogue-fixture.ts';
import type { CatalogueFixture } from './fixtures/catalogue-fixture.ts';
import { settings } from './settings.ts';

const SETTINGS = `DO $$ BEGIN
  EXECUTE format('ALTER DATABASE %I SET work_mem = ''7MB''', current_database());
  EXECUTE format('ALTER DATABASE %I SET app.secret = ''hidden''', current_database());
  EXECUTE format('ALTER ROLE CURRENT_USER IN DATABASE %I SET jit = off', current_database());
  EXECUTE format('COMMENT ON DATABASE %I IS ''of the shop''', current_database());
  EXECUTE format('GRANT CREATE ON DATABASE %I TO PUBLIC', current_database());
  EXECUTE format('ALTER DATABASE %I CONNECTION LIMIT 17', current_database());
END $$;`;

let plain: CatalogueFixture;
let set: CatalogueFixture;
beforeAll(async () => {
  plain = await catalogueFixture(settings, 'CREATE TABLE items (name text)');
  set = await catalogueFixture(settings, SETTINGS);
});
afterAll(async () => {
  await plain.drop();
  await set.drop();
});

describe('settings', () => {
  it('passes on a database that has none of its own', async () => {
    expect(await plain.afterDump()).toMatchObject({ verdict: 'passed', findings: [] });
  });

  it('tells all that a restore without --create loses, and shows no value of a setting of an application', async () => {
    const { verdict, findings } = await set.afterDump();
    expect([verdict, findings.map(({ code, subject }) => `${code} ${subject}`).toSorted()]).toEqual([
      'failed',
      [
        'settings/database-acl-differs database',
        'settings/database-comment-differs database',
        'settings/database-differs database',
        expect.stringMatching(/^settings\/database-settings-differ role \S+'s setting jit$/),
        'settings/database-settings-differ setting "app.secret"',
        'settings/database-settings-differ setting work_mem',
      ],
    ]);
    expect(findings).toContainEqual(
      expect.objectContaining({ subject: 'setting work_mem', expected: '7MB', actual: null }),
    );
    expect(JSON.stringify(findings)).not.toContain('hidden');
    expect(findings.find(({ code }) => code.includes('acl'))?.message).toContain('PUBLIC lost CREATE');
  });

  it('passes when all of them were set again', async () => {
    expect(await set.after(SETTINGS)).toMatchObject({ verdict: 'passed', findings: [] });
  });

  it.each([
    [SETTINGS.replace('7MB', '8MB'), [['settings/database-settings-differ', 'setting work_mem']]],
    [SETTINGS.replace('hidden', 'other'), [['settings/database-settings-differ', 'setting "app.secret"']]],
  ])('%s', async (sql, expected) => {
    expect(await set.codesAfter(sql)).toEqual(expected);
  });

  const USES_ICU = `CREATE COLLATION german (provider = icu, locale = 'de'); CREATE TABLE towns (name text COLLATE german)`;

  it('warns of indexes that another version of the library built', async () => {
    const damage = `UPDATE pg_collation SET collversion = '1.0' WHERE collname = 'german'`;
    const [sound, stale] = [await captureOf({ sql: USES_ICU }), await captureOf({ sql: `${USES_ICU}; ${damage}` })];
    const [report] = judge(sound, stale, plan.checks);
    expect(report).toMatchObject({
      verdict: 'passed',
      findings: [
        {
          code: 'settings/collation-outdated',
          severity: 'warning',
          subject: 'collation public.german',
          expected: '1.0',
        },
      ],
    });
    expect(judge(sound, sound, plan.checks)).toMatchObject([{ verdict: 'passed', findings: [] }]);
  });

  it('warns of a library of another version on the other side', async () => {
    const manifest = await captureOf({ sql: USES_ICU });
    const older = JSON.parse(
      JSON.stringify(manifest).replaceAll(/("(?:actual|recorded) version":)"[^"]+"/g, '$1"1.0"'),
    ) as Manifest;
    const [report] = judge(older, manifest, plan.checks);
    expect(report).toMatchObject({
      verdict: 'passed',
      findings: [
        {
          code: 'settings/collation-version-differs',
          severity: 'warning',
          subject: 'collation public.german',
          expected: '1.0',
        },
      ],
    });
  });

  it.each<[string, TestDatabaseOptions, TestDatabaseOptions, Partial<Finding>]>([
    [
      'another encoding',
      { encoding: 'UTF8', locale: 'C' },
      { encoding: 'LATIN1', locale: 'C' },
      { expected: { encoding: 'UTF8' } },
    ],
    ['another locale', { locale: 'C' }, { locale: 'C.UTF-8' }, { expected: { collate: 'C', ctype: 'C' } }],
  ])('tells %s', async (_, ofSource, ofTarget, finding) => {
    const [report] = judge(await captureOf(ofSource), await captureOf(ofTarget), plan.checks);
    expect(report?.findings).toMatchObject([{ code: 'settings/locale-differs', severity: 'error', ...finding }]);
  });

  it('takes two spellings of one locale for the same', async () => {
    const [report] = judge(await captureOf({ locale: 'C.UTF-8' }), await captureOf({ locale: 'C.utf8' }), plan.checks);
    expect(report).toMatchObject({ verdict: 'passed', findings: [] });
  });
});

const plan: CapturePlan = {
  checks: [{ check: settings, options: {} }],
  chains: [],
  reveal: 'keys',
  driver: 'pg',
  workers: 1,
  deadlineSeconds: 60,
};

async function captureOf(options: TestDatabaseOptions): Promise<Manifest> {
  const database = await createTestDatabase(options);
  try {
    const connection = resolveConnection(database.url, {});
    return await runCapture(plan, connection, () => undefined, new AbortController().signal);
  } finally {
    await database.drop();
  }
}
