import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { judge, openWritable, resolveConnection } from '@pgdrill/core';
import type { ChainConfig, Manifest, Since } from '@pgdrill/core';
import { createTestDatabase } from '../../../../sandbox/src/testing/test-database.ts';
import type { TestDatabase } from '../../../../sandbox/src/testing/test-database.ts';
import { applicationLog, applicationLogChain } from '../../fixtures/application-log.ts';
import { captureChains, chainChecks, chainsOf } from '../../fixtures/capture-chains.ts';
import { ledger, ledgerChain } from '../../fixtures/ledger.ts';
import type { ChainObservation } from '../observation.ts';

/** By the parity of the days since 1970, of two parts: the first thousand rows, then the second. */
const FIRST_DAY = '1970-01-01';
const SECOND_DAY = '1970-01-02';

const { sentinel: _, ...bare } = applicationLogChain;
const outside = (table: string, more: Partial<ChainConfig> = {}): ChainConfig => ({
  ...bare,
  name: table,
  table,
  verifiers: ['independent'],
  ...more,
});

const HASH = (row: string, link: string): string =>
  `encode(sha256(convert_to(concat_ws('|', ${link}, ${row}.n, ${row}.who, ${row}.details, to_char(${row}.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')), 'UTF8')), 'hex')`;
/** A row that fits its own hash and follows the row `after`, and has the number `n`. */
const FORGE = (table: string, n: number, after: number): string =>
  `INSERT INTO ${table} SELECT ${n}, at, who, details, tenant, hash, '' FROM ${table} WHERE n = ${after};
   UPDATE ${table} x SET hash = ${HASH('x', 'x.prev')} WHERE n = ${n}`;

const UNLINKED = ['unlinked', 'unlinked_changed', 'unlinked_lost'];
/** The same rows without their links, which the order tells. */
const unlinked = (table: string): ChainConfig => outside(table, { prev: { genesis: { hashed: '' } } });
const ALONE = { name: 'by the server alone', verifiers: ['sql'] } as const;
const UNORDERED = { name: 'by its links', order: [] } as const;

/** So many rows, in chains of three tenants, one of them NULL, and one of many for each number above 2,000. */
const TENANTS = (rows: number): string => `
  CREATE TABLE tenants AS SELECT n, CASE WHEN n > 2000 THEN n WHEN n % 3 > 0 THEN n % 3 END AS tenant, ''::text AS prev, ''::text AS hash FROM generate_series(1, ${rows}) AS n;
  DO $$ DECLARE r tenants; link text; own text; links jsonb := '{}'; BEGIN
    FOR r IN SELECT * FROM tenants ORDER BY n LOOP
      link := links ->> coalesce(r.tenant::text, 'none');
      own := encode(sha256(convert_to(concat_ws('|', coalesce(link, ''), r.n), 'UTF8')), 'hex');
      links := links || jsonb_build_object(coalesce(r.tenant::text, 'none'), own);
      UPDATE tenants SET prev = link, hash = own WHERE n = r.n;
    END LOOP; END $$;`;
const byTenant = (table: string): ChainConfig =>
  outside(table, { scope: ['tenant'], format: { separator: '|', fields: [{ prev: true }, { column: 'n' }] } });

/** Tables with 2,500 rows when the earlier manifest is captured, and 2,600 afterwards, by what is done to them meanwhile. */
const TABLES: Readonly<Record<string, string>> = {
  healthy: 'SELECT 1',
  changed_in_turn: `UPDATE changed_in_turn SET who = 'Eve' WHERE n = 500`,
  changed_later: `UPDATE changed_later SET who = 'Eve' WHERE n = 1500`,
  changed_since: `UPDATE changed_since SET who = 'Eve' WHERE n = 2550`,
  changed_head: `UPDATE changed_head SET who = 'Eve' WHERE n = 2500`,
  lost_in_turn: 'DELETE FROM lost_in_turn WHERE n = 500',
  lost_behind_turn: 'DELETE FROM lost_behind_turn WHERE n = 1001',
  lost_before_turn: 'DELETE FROM lost_before_turn WHERE n = 1000',
  lost_first: 'DELETE FROM lost_first WHERE n = 1',
  lost_since: 'DELETE FROM lost_since WHERE n = 2501',
  twice: 'INSERT INTO twice SELECT * FROM twice WHERE n = 700',
  forged_in_turn: FORGE('forged_in_turn', 0, 1500),
  forged_since: FORGE('forged_since', 3000, 1500),
  begun_again: `INSERT INTO begun_again SELECT 3000, at, who, details, tenant, NULL, '' FROM begun_again WHERE n = 9;
    UPDATE begun_again x SET hash = ${HASH('x', `''`)} WHERE n = 3000`,
  head_gone: 'DELETE FROM head_gone WHERE n = 2500',
  head_other: `UPDATE head_other SET hash = upper(hash) WHERE n = 2500`,
  tail_gone: 'DELETE FROM tail_gone WHERE n > 2400',
  appended_early: FORGE('appended_early', -7, 2600),
};

let database: TestDatabase;
let earlier: Manifest;
beforeAll(async () => {
  database = await createTestDatabase();
  const connection = resolveConnection(database.url, {});
  const db = await openWritable(connection, 'pg');
  const names = Object.keys(TABLES);
  await db.script(applicationLog(2_600));
  for (const name of names) await db.script(`CREATE TABLE ${name} AS SELECT * FROM log WHERE n <= 2500`);
  await db.script(`
    CREATE VIEW unlinked AS SELECT n, who, details, at, hash FROM healthy;
    CREATE VIEW unlinked_changed AS SELECT n, who, details, at, hash FROM changed_later;
    CREATE VIEW unlinked_lost AS SELECT n, who, details, at, hash FROM lost_before_turn;
    ${TENANTS(2_400)}
    CREATE TABLE loose AS TABLE tenants; CREATE TABLE broken AS SELECT * FROM healthy WHERE n <> 7`);
  const chains = [
    ...names.map((name) => outside(name)),
    ...UNLINKED.map(unlinked),
    ...['tenants', 'loose'].map(byTenant),
  ];
  earlier = await captureChains(connection, {
    chains: [
      ...chains,
      outside('broken'),
      { ...outside('healthy'), ...ALONE },
      { ...outside('healthy'), ...UNORDERED },
    ],
  });
  for (const [name, damage] of Object.entries(TABLES))
    await db.script(`INSERT INTO ${name} SELECT * FROM log WHERE n > 2500; ${damage}`);
  await db.script(`DROP TABLE tenants; ${TENANTS(2_600)} DELETE FROM loose WHERE tenant IS NULL;
    DELETE FROM loose WHERE tenant = 1 AND n = (SELECT max(n) FROM loose WHERE tenant = 1)`);
  await db.close();
}, 120_000);
afterAll(() => database.drop());

const capture = (chains: readonly ChainConfig[], since: Partial<Since> = {}): Promise<Manifest> =>
  captureChains(resolveConnection(database.url, {}), {
    chains,
    since: { manifest: earlier, share: 2, day: FIRST_DAY, ...since },
  });
const observed = async (chain: ChainConfig, since?: Partial<Since>): Promise<ChainObservation> =>
  chainsOf(await capture([chain], since))[0] as ChainObservation;
const codesOf = (before: Manifest, after: Manifest): readonly string[] =>
  judge(before, after, chainChecks)
    .flatMap(({ findings }) => findings.map(({ severity, code }) => `${severity} ${code}`))
    .toSorted();

describe('verifySince', () => {
  it('recomputes the rows from the earlier head on, and the part of the older ones whose turn it is', async () => {
    const first = await observed(outside('healthy'));
    expect(first.unreadable).toBeUndefined();
    expect(first).toMatchObject({
      rows: 2_600,
      counted: 2_600,
      unchained: 0,
      unformatted: 0,
      breaks: {},
      outOfOrder: 0,
    });
    // Rows 1 to 1,001 and 2,001 to 2,600: the third block has its turn with the first.
    expect(first.verifiers).toEqual({ since: { rows: 1_001 + 601 } });
    expect(first.since).toMatchObject({ part: 1, share: 2, day: FIRST_DAY, recent: 101, older: 1_501 });
    expect(first.since?.capturedAt).toBe(earlier.capturedAt);
    expect(first.heads).toMatchObject([{ key: '2600', rows: 2_600 }]);
    const second = await observed(outside('healthy'), { day: SECOND_DAY });
    // Rows 1,000 to 2,001 and 2,400 to 2,600.
    expect(second.verifiers).toEqual({ since: { rows: 1_002 + 201 } });
    expect(second.heads).toEqual(first.heads);
  });

  it('recomputes every row when the share is the whole', async () => {
    expect((await observed(outside('healthy'), { share: 1 })).verifiers).toEqual({ since: { rows: 2_600 } });
  });

  it.each([
    ['changed_in_turn', FIRST_DAY, 'content-mismatch', '500'],
    ['changed_later', SECOND_DAY, 'content-mismatch', '1500'],
    ['changed_since', SECOND_DAY, 'content-mismatch', '2550'],
    ['changed_head', SECOND_DAY, 'content-mismatch', '2500'],
    ['lost_in_turn', FIRST_DAY, 'link-mismatch', '501'],
    ['lost_behind_turn', FIRST_DAY, 'link-mismatch', '1002'],
    ['lost_before_turn', SECOND_DAY, 'link-mismatch', '1001'],
    ['lost_first', FIRST_DAY, 'prefix-missing', '2'],
    ['lost_since', SECOND_DAY, 'link-mismatch', '2502'],
    ['twice', FIRST_DAY, 'duplicate', '700'],
    ['forged_in_turn', FIRST_DAY, 'fork', '0'],
    ['forged_since', SECOND_DAY, 'fork', '3000'],
    ['begun_again', FIRST_DAY, 'fork', '3000'],
    ['begun_again', SECOND_DAY, 'fork', '3000'],
  ])('names what is damaged in %s on %s', async (table, day, kind, key) => {
    const { breaks, since } = await observed(outside(table), { day });
    expect(Object.entries(breaks).map(([name, of]) => [name, of?.total, of?.first.key])).toEqual([[kind, 1, key]]);
    expect(since).toMatchObject({ missing: { total: 0 }, differing: { total: 0 } });
    expect(since?.whole).toBeUndefined();
  });

  it.each([
    ['changed_later', FIRST_DAY],
    ['changed_in_turn', SECOND_DAY],
  ])('does not see what is changed in %s on %s, and says how many rows nobody verified', async (table, day) => {
    const after = await capture([outside(table)], { day });
    const [, judged] = judge(after, after, chainChecks);
    expect(judged?.findings).toEqual([]);
    expect(judged?.summary).toMatch(/^In part, since 20.*: Every row/);
    expect(judged?.notes.join()).toMatch(
      new RegExp(
        `${table} was recomputed outside .*101 rows since.*part . of 2, by the day ${day}\\)\\. \\d+ rows were not: nobody`,
      ),
    );
  });

  it.each([
    ['head_gone', 'missing', ['error verify-chain/broken-before', 'error verify-chain/since-head-missing']],
    ['head_other', 'differing', ['error verify-chain/broken-before', 'error verify-chain/since-head-differs']],
    ['tail_gone', 'missing', ['error verify-chain/since-head-missing']],
  ] as const)('does not go on from a head that is lost: %s', async (table, kind, codes) => {
    const after = await capture([outside(table)]);
    const [chain] = chainsOf(after);
    expect(chain?.since?.[kind]).toEqual({ total: 1, first: '2500' });
    // All rows are new then.
    expect(chain?.verifiers.since?.rows).toBe(chain?.counted);
    expect(codesOf(after, after)).toEqual(codes);
  });

  it('knows a head that is lost by its key also where the manifest shows keys as short hashes', async () => {
    const shown = (key: string): string => `#${createHash('sha256').update(key).digest('hex').slice(0, 12)}`;
    const hidden = structuredClone(earlier);
    for (const chain of chainsOf(hidden) as unknown as { heads: { key: string }[] }[])
      for (const head of chain.heads) head.key = shown(head.key);
    const [gone, other] = chainsOf(
      await capture(
        ['head_gone', 'head_other'].map((table) => outside(table)),
        { manifest: hidden },
      ),
    );
    expect(gone?.since).toMatchObject({ missing: { total: 1 }, differing: { total: 0 } });
    expect(other?.since).toMatchObject({ missing: { total: 0 }, differing: { total: 1 } });
  });

  it('finds the heads of hundreds of tenants, one of them NULL, and all rows of those that are new', async () => {
    const [tenants, loose] = chainsOf(await capture(['tenants', 'loose'].map(byTenant)));
    expect(tenants?.unreadable).toBeUndefined();
    expect(tenants).toMatchObject({ rows: 2_600, breaks: {}, since: { missing: { total: 0 }, recent: 3 + 400 + 200 } });
    expect(tenants?.heads.length).toBe(603);
    expect(loose?.since).toMatchObject({ missing: { total: 2 }, differing: { total: 0 } });
    expect(loose?.breaks).toEqual({});
  });

  it('hashes each run of rows over the row before it where no link is stored', async () => {
    const on = async (day: string): Promise<readonly ChainObservation[]> =>
      chainsOf(await capture(UNLINKED.map(unlinked), { day }));
    const [healthy, changed, lost] = await on(SECOND_DAY);
    expect(healthy).toMatchObject({ rows: 2_600, breaks: {}, verifiers: { since: { rows: 1_001 + 200 } } });
    expect(healthy?.heads).toMatchObject([{ key: '2600' }]);
    expect(changed?.breaks).toMatchObject({
      'content-mismatch': { total: 1, first: { position: 1_500, key: '1500' } },
    });
    // Row 1,000 is gone, so row 1,001 is the last of the first thousand, and read on the first day.
    expect(lost?.breaks).toEqual({});
    const [, unchanged, lostToo] = await on(FIRST_DAY);
    expect(unchanged?.breaks).toEqual({});
    expect(lostToo?.breaks).toMatchObject({
      'content-mismatch': { total: 1, first: { position: 1_000, key: '1001' } },
    });
  });

  it('has the server verify all rows where it can, and all of them recomputed when that finds them not whole', async () => {
    const both = (table: string): ChainConfig => outside(table, { verifiers: ['sql', 'independent'] });
    const [healthy, changed] = chainsOf(await capture([both('healthy'), both('changed_later')]));
    expect(healthy?.verifiers).toEqual({ sql: { rows: 2_600, mismatches: 0, whole: true }, since: { rows: 1_602 } });
    expect(changed?.verifiers).toEqual({
      sql: { rows: 2_600, mismatches: 1, whole: false },
      independent: { rows: 2_600 },
    });
    expect(changed?.since?.whole).toContain('did not find it whole');
    const after = await capture([both('healthy')]);
    const [, judged, walked] = judge(after, after, chainChecks);
    expect(judged?.subjects[0]?.after).toMatchObject({
      'rows by the server': 2_600,
      'rows recomputed outside': `1602 of 2600: 101 since ${earlier.capturedAt}, and part 1 of 2 of the older ones by ${FIRST_DAY}`,
    });
    expect(judged?.notes[0]).toContain('998 rows were not: those the server alone verified.');
    expect(walked?.subjects[0]?.after).toEqual({ rows: 2_600, 'of them only counted': 998 });
  });

  it.each([
    ['the server alone verifies it', { ...outside('healthy'), ...ALONE }, /by the server alone/],
    ['nothing but its links tells the order', { ...outside('healthy'), ...UNORDERED }, /without an order/],
    ['rows were appended far from their place', outside('appended_early'), /more than 100 rows before/],
  ])('verifies all rows, and says why, when %s', async (_what, chain, why) => {
    const after = await capture([chain]);
    const [{ since, breaks, counted, verifiers } = {} as ChainObservation] = chainsOf(after);
    expect(since?.whole).toMatch(why);
    expect(breaks).toEqual({});
    expect(verifiers.independent?.rows ?? verifiers.sql?.rows).toBe(counted);
    const [, judged] = judge(after, after, chainChecks);
    expect(judged?.summary).toMatch(/^Every row/);
    expect(judged?.notes.join()).toMatch(why);
  });

  it.each([
    ['does not name', outside('healthy', { name: 'another' }), /holds no chain of this name/],
    [
      'describes in another way',
      outside('healthy', { prev: { column: 'prev', genesis: { hashed: 'x' } } }),
      /another description/,
    ],
    ['found broken', outside('broken'), /found it broken/],
  ])('leaves unverified what the manifest %s', async (_what, chain, why) => {
    const after = await capture([chain]);
    const report = judge(after, after, chainChecks);
    expect(report.map(({ verdict }) => verdict)).toEqual(['unverified', 'unverified', 'unverified']);
    for (const { reason } of report) expect(reason).toMatch(why);
  });

  it.each([
    ['no longer the text', (head: Record<string, unknown>) => (head['hash'] = 7)],
    ['no object', (_head: unknown, heads: unknown[]) => heads.splice(0, 1, null)],
  ])('leaves unverified what goes on from a manifest of which a head is %s', async (_what, edit) => {
    const edited = structuredClone(earlier);
    const heads = chainsOf(edited).find(({ name }) => name === 'healthy')?.heads as unknown as Record<
      string,
      unknown
    >[];
    edit(heads[0] as Record<string, unknown>, heads);
    expect((await observed(outside('healthy'), { manifest: edited })).unreadable).toMatch(/damaged or was edited/);
  });
});

/** Ways to damage the table t, each by the number of a row from 2 to 2,790; each leaves the chain broken. */
const WAYS: readonly ((n: number) => string)[] = [
  (n) => `DELETE FROM t WHERE n = ${n}`,
  (n) => `UPDATE t SET note = coalesce(note, '') || 'x' WHERE n = ${n}`,
  (n) => `UPDATE t SET hash = set_bit(hash, ${n % 512}, 1 - get_bit(hash, ${n % 512})) WHERE n = ${n}`,
  (n) => `UPDATE t SET before = set_bit(before, ${n % 512}, 1 - get_bit(before, ${n % 512})) WHERE n = ${n}`,
  (n) => `UPDATE t SET before = NULL WHERE n = ${n}`,
  (n) => `INSERT INTO t SELECT * FROM t WHERE n = ${n}`,
  (n) => `UPDATE t SET at = at + interval '1 h' WHERE n = ${n}`,
  (n) =>
    `INSERT INTO t SELECT 7777, at, NULL, hash, sha512(convert_to(concat('7777;-;', to_char(at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"+00:00"'), ';', encode(hash, 'hex')), 'UTF8')) FROM t WHERE n = ${n}`,
  (n) =>
    `UPDATE t SET before = o.before, hash = o.hash FROM t o WHERE (t.n, o.n) IN ((${n}, ${n + 5}), (${n + 5}, ${n}))`,
];

describe('the parts of all days together', () => {
  it(
    'catch every damage that a walk of all rows catches, and nothing in a twin without damage',
    { timeout: 120_000 },
    async () => {
      const numbers = Array.from({ length: 36 }, (_each, seed) => seed);
      const tables = [...numbers.map((seed) => `damaged${seed}`), 'twin'];
      const own = await createTestDatabase({
        sql: `${ledger(2_800)} ${tables.map((table) => `CREATE TABLE ${table} AS SELECT * FROM ledger WHERE n <= 2500;`).join('\n')}`,
      });
      try {
        const connection = resolveConnection(own.url, {});
        const { sentinel: _none, ...chain } = ledgerChain;
        const chains = tables.map((table) => ({ ...chain, name: table, table, verifiers: ['independent'] as const }));
        const manifest = await captureChains(connection, { chains });
        const db = await openWritable(connection, 'pg');
        for (const table of tables) await db.script(`INSERT INTO ${table} SELECT * FROM ledger WHERE n > 2500`);
        for (const seed of numbers) {
          const damage = (WAYS[seed % WAYS.length] as (n: number) => string)(2 + ((seed * 7919) % 2_789));
          await db.script(`CREATE TEMPORARY VIEW t AS SELECT * FROM damaged${seed}; ${damage}; DROP VIEW t`);
        }
        await db.close();
        const caught = new Set<string>();
        for (const day of ['1970-01-01', '1970-01-02', '1970-01-03'])
          for (const { name, breaks, unreadable } of chainsOf(
            await captureChains(connection, { chains, since: { manifest, share: 3, day } }),
          )) {
            expect(unreadable).toBeUndefined();
            if (Object.keys(breaks).length > 0) caught.add(name);
          }
        expect(tables.filter((table) => !caught.has(table))).toEqual(['twin']);
      } finally {
        await own.drop();
      }
    },
  );
});
