import { afterEach, describe, expect, it } from 'vitest';
import { judge, resolveConnection } from '@pgdrill/core';
import type { CapturePlan, ChainConfig, DriverName, Manifest, ReportCheck } from '@pgdrill/core';
import { createTestDatabase } from '../../../sandbox/src/testing/test-database.ts';
import type { TestDatabase } from '../../../sandbox/src/testing/test-database.ts';
import { captureChains, chainChecks, chainsOf } from '../fixtures/capture-chains.ts';
import { ledger, ledgerChain } from '../fixtures/ledger.ts';
import type { ChainObservation } from './observation.ts';

const open: TestDatabase[] = [];
afterEach(async () => {
  for (const database of open.splice(0)) await database.drop();
});

interface Settings extends Partial<CapturePlan> {
  readonly as?: string;
}

async function captured(sql: string, { as, ...plan }: Settings = {}): Promise<Manifest> {
  const database = await createTestDatabase({ sql });
  open.push(database);
  const connection = resolveConnection(database.url, {});
  return captureChains(as === undefined ? connection : { ...connection, options: `-c role=${as}` }, plan);
}

async function observed(sql: string, settings?: Settings): Promise<readonly ChainObservation[]> {
  return chainsOf(await captured(sql, settings));
}

async function judged(before: string, after: string, settings?: Settings): Promise<readonly ReportCheck[]> {
  return judge(await captured(before, settings), await captured(after, settings), chainChecks);
}

const codesOf = (report: readonly ReportCheck[]): readonly string[] =>
  report.flatMap(({ findings }) => findings.map(({ severity, code }) => `${severity} ${code}`)).toSorted();

describe('observeChains', () => {
  it.each<DriverName>(['pg', 'postgres'])(
    'walks a chain of the config over %s, whatever its form and however often rows share a time',
    async (driver) => {
      const [chain] = await observed(ledger(20_000), { chains: [ledgerChain], driver });
      expect(chain).toMatchObject({ name: 'the ledger', foundBy: 'config', rows: 20_000, counted: 20_000, breaks: {} });
      expect(chain?.heads[0]?.key).toBe('20000');
      expect(chain?.heads[0]?.hash).toMatch(/^[0-9a-f]{128}$/);
      expect(chain?.sentinel).toBe(chain?.heads[0]?.hash);
    },
  );

  it('names the key of a broken row as far as it may be shown', async () => {
    const damaged = `${ledger(9)} UPDATE ledger SET note = 'ö' WHERE n = 5`;
    const byNumber = await observed(damaged, { chains: [ledgerChain], reveal: 'surrogate-keys' });
    expect(byNumber[0]?.breaks['content-mismatch']?.first.key).toBe('5');
    const byText = await observed(damaged, { chains: [{ ...ledgerChain, key: 'note' }], reveal: 'surrogate-keys' });
    expect(byText[0]?.breaks['content-mismatch']?.first.key).toMatch(/^#[0-9a-f]{12}$/);
  });

  it('keeps the trouble of one chain to that chain', async () => {
    const chains = [
      ledgerChain,
      { ...ledgerChain, name: 'hidden', table: 'hidden' },
      { ...ledgerChain, name: 'gone', table: 'public.gone' },
    ];
    const sql = `${ledger(5)} CREATE TABLE hidden (LIKE ledger); GRANT SELECT ON ledger, ledger_head TO pg_read_all_settings`;
    const [whole, hidden, gone] = await observed(sql, { chains, as: 'pg_read_all_settings' });
    expect(whole).toMatchObject({ rows: 5, breaks: {} });
    expect(hidden?.unreadable).toMatch(/permission denied/);
    expect(gone).toMatchObject({ missing: true });
  });

  it('shows what the verify function calls the first break as far as a key may be shown', async () => {
    const verify = { query: `SELECT 'secret' AS broken, 5 AS n`, firstBreak: 'broken', rows: 'n' };
    const chains = [{ ...ledgerChain, key: 'note', verify }];
    const [shown] = await observed(ledger(5), { chains, reveal: 'keys' });
    expect(shown?.own).toEqual({ firstBreak: 'secret', rows: '5' });
    const [hidden] = await observed(ledger(5), { chains, reveal: 'surrogate-keys' });
    expect(hidden?.own?.firstBreak).toMatch(/^#[0-9a-f]{12}$/);
  });

  it('takes what the verify function answers, and what it lacks for an error', async () => {
    const verify = (query: string): ChainConfig => ({
      ...ledgerChain,
      name: query,
      verify: { query, firstBreak: 'broken', rows: 'n' },
    });
    const answers = await observed(ledger(5), {
      chains: [
        verify(`SELECT NULL AS broken, 5 AS n`),
        verify(`SELECT NULL AS brokn, 5 AS n`),
        verify(`SELECT NULL AS broken, 5 AS n WHERE false`),
        verify(`SELECT absent()`),
      ],
    });
    expect(answers.slice(0, 3).map(({ own }) => own)).toEqual([
      { firstBreak: null, rows: '5' },
      { firstBreak: null, rows: null, error: 'its answer has no column "broken"' },
      { firstBreak: null, rows: null, error: 'its answer has no row' },
    ]);
    expect(answers[3]?.own?.error).toMatch(/absent/);
  });
});

describe('the chain checks', () => {
  const settings = { chains: [ledgerChain] };
  const broken = `${ledger(9)} DELETE FROM ledger WHERE n = 5;`;

  it('fail a chain that was broken before in the same way, and say so', async () => {
    const report = await judged(broken, broken, settings);
    expect(codesOf(report)).toEqual(['error verify-chain/broken-before']);
    expect(codesOf(await judged(broken, `${broken} DELETE FROM ledger WHERE n = 7`, settings))).toEqual([
      'error verify-chain/link-mismatch',
      'error walked-count/differs',
    ]);
  });

  it('fail a sentinel that differed before as well, under another code', async () => {
    const cut = `${ledger(9)} DELETE FROM ledger WHERE n = 9;`;
    expect(codesOf(await judged(cut, cut, settings))).toEqual(['error head-hash/sentinel-differed-before']);
    expect(codesOf(await judged(ledger(9), cut, settings))).toContain('error head-hash/sentinel-differs');
  });

  it('never pass an empty chain, unless it is expected to be', async () => {
    const empty = ledger(0);
    const verdicts = (report: readonly ReportCheck[]): readonly string[] =>
      report.map(({ name, verdict }) => `${name} ${verdict}`);
    expect(verdicts(await judged(empty, empty, settings))).toEqual([
      'head-hash unverified',
      'verify-chain failed',
      'walked-count unverified',
    ]);
    const expected = { chains: [{ ...ledgerChain, expect: { empty: true } }] };
    expect(verdicts(await judged(empty, empty, expected))).toEqual([
      'head-hash passed',
      'verify-chain passed',
      'walked-count passed',
    ]);
  });

  it('cannot judge what is on neither side, and do not pass it', async () => {
    const misnamed = await judged(ledger(3), ledger(3), { chains: [{ ...ledgerChain, table: 'public.leger' }] });
    expect(misnamed.map(({ verdict }) => verdict)).toEqual(['unverified', 'unverified', 'unverified']);
    const noSentinel = await judged(ledger(3), ledger(3), {
      chains: [{ ...ledgerChain, sentinel: { table: 'public.ledger_head', column: 'hsh' } }],
    });
    expect(noSentinel.map(({ verdict }) => verdict)).toEqual(['unverified', 'passed', 'passed']);
  });

  it('warn of a verify function that was wrong before as well, and fail one that has become so', async () => {
    const naive = (first: string): ChainConfig => ({
      ...ledgerChain,
      verify: { query: `SELECT ${first} AS broken, count(*) AS n FROM public.ledger`, firstBreak: 'broken', rows: 'n' },
    });
    const before = await captured(ledger(5), { chains: [naive('4')] });
    const after = await captured(ledger(5), { chains: [naive('4')] });
    const healthy = await captured(ledger(5), { chains: [naive('NULL')] });
    expect(codesOf(judge(before, after, chainChecks))).toEqual([
      'notice verify-chain/order-ambiguous',
      'warning verify-chain/verifier-disagrees',
    ]);
    expect(codesOf(judge(healthy, after, chainChecks))).toEqual([
      'error verify-chain/verifier-disagrees',
      'notice verify-chain/order-ambiguous',
    ]);
    expect(codesOf(judge(healthy, healthy, chainChecks))).toEqual([]);
  });

  it('are skipped where there is no chain', async () => {
    const report = await judged('CREATE TABLE t (n int)', 'CREATE TABLE t (n int)');
    expect(report.map(({ verdict }) => verdict)).toEqual(['skipped', 'skipped', 'skipped']);
  });
});

describe('a chain in a drill of some of the tables', () => {
  const OTHER = 'CREATE TABLE other (n int);';
  const without = (...excludeTables: readonly string[]): Settings => ({
    chains: [ledgerChain],
    selection: { tables: [], excludeTables, searchPath: null },
  });

  it('is judged when what is left out is no part of it', async () => {
    const report = await judged(ledger(9) + OTHER, ledger(9) + OTHER, without('other'));
    expect(report.map(({ verdict }) => verdict)).toEqual(['passed', 'passed', 'passed']);
  });

  it.each([
    ['its table', ['ledger'], /^1 of 1 could not be judged.*public\.ledger was left out by --table or --exclude-table/],
    ['its sentinel', ['ledger_head'], /sentinel public\.ledger_head was left out/],
  ])('is unverified when %s is left out, although it is there', async (_, left, reason) => {
    const report = await judged(ledger(9), ledger(9), without(...left));
    expect(report.map(({ verdict }) => verdict)).toEqual(['unverified', 'unverified', 'unverified']);
    for (const check of report) expect(check.reason).toMatch(reason);
  });

  it('is unverified when one of its partitions is left out', async () => {
    const parted = `${ledger(9)} ALTER TABLE ledger RENAME TO rows;
      CREATE TABLE ledger (LIKE rows) PARTITION BY RANGE (n);
      CREATE TABLE low PARTITION OF ledger FOR VALUES FROM (0) TO (5); CREATE TABLE high PARTITION OF ledger FOR VALUES FROM (5) TO (99);
      INSERT INTO ledger SELECT * FROM rows`;
    const whole = await judged(parted, parted, without('rows'));
    expect(whole.map(({ verdict }) => verdict)).toEqual(['passed', 'passed', 'passed']);
    const part = await judged(parted, parted, without('low'));
    expect(part.map(({ verdict }) => verdict)).toEqual(['unverified', 'unverified', 'unverified']);
    expect(part[0]?.reason).toMatch(/public\.low was left out/);
  });
});
