import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { judge, openWritable, resolveConnection, runCapture } from '@pgdrill/core';
import type { CapturePlan, Manifest, ReportCheck, SampleTier, Tier } from '@pgdrill/core';
import { createTestDatabase } from '../../sandbox/src/testing/test-database.ts';
import type { TestDatabase } from '../../sandbox/src/testing/test-database.ts';
import { builtinChecks } from './builtin-checks.ts';

const ROWS = 50_000;
const FILLER = `repeat('x', 400) AS filler`;
/** Tables of 20 MB each, but for the last; the same rows wherever they lie. */
const tables = (order: string): string => `
  CREATE TABLE numbered (id bigint PRIMARY KEY, at timestamptz, filler text);
  INSERT INTO numbered SELECT n * 7, timestamptz '2026-01-01' + n * interval '1 s', repeat('x', 400) FROM generate_series(1, ${ROWS}) AS n ORDER BY ${order};
  CREATE TABLE paired (a int, b uuid, filler text, PRIMARY KEY (a, b));
  INSERT INTO paired SELECT n % 3, md5(n::text)::uuid, repeat('x', 400) FROM generate_series(1, ${ROWS}) AS n ORDER BY ${order};
  CREATE TABLE named (name text PRIMARY KEY, filler text);
  INSERT INTO named SELECT 'name ' || n, repeat('x', 400) FROM generate_series(1, ${ROWS}) AS n ORDER BY ${order};
  CREATE TABLE keyless AS SELECT n, ${FILLER} FROM generate_series(1, ${ROWS}) AS n ORDER BY ${order};
  CREATE TABLE small (id int PRIMARY KEY); INSERT INTO small VALUES (1), (2)`;

let source: TestDatabase;
let target: TestDatabase;
beforeAll(async () => {
  [source, target] = await Promise.all([
    createTestDatabase({ sql: tables('n') }),
    createTestDatabase({ sql: tables('md5(n::text)') }),
  ]);
});
afterAll(async () => {
  await Promise.all([source.drop(), target.drop()]);
});

const checks: CapturePlan['checks'] = builtinChecks.map((check) => ({ check, options: {} }));

const capture = ({ url }: TestDatabase, tier?: Tier, planned = checks): Promise<Manifest> => {
  const plan: CapturePlan = {
    checks: planned,
    chains: [],
    reveal: 'surrogate-keys',
    tier,
    driver: 'pg',
    workers: 2,
    deadlineSeconds: 60,
  };
  return runCapture(plan, resolveConnection(url, {}), () => undefined, new AbortController().signal);
};

const SAMPLE: SampleTier = { name: 'sample', percent: 10, seed: 42 };

/** The target is read for the rows that the source's manifest has. */
const captureAlike = (before: Manifest): Promise<Manifest> =>
  capture(target, { name: 'sample', ...(before.sample as NonNullable<Manifest['sample']>) });

const verdictsOf = (report: readonly ReportCheck[]): Readonly<Record<string, string>> =>
  Object.fromEntries(report.map(({ name, verdict }) => [name, verdict]));

const codesOf = (report: readonly ReportCheck[]): readonly string[] =>
  report.flatMap(({ findings }) => findings.map(({ code, subject }) => `${code} ${subject}`));

/** In the target, for as long as the work lasts. */
async function damaged<T>(damage: string, repair: string, work: () => Promise<T>): Promise<T> {
  const db = await openWritable(resolveConnection(target.url, {}), 'pg');
  try {
    await db.script(damage);
    return await work();
  } finally {
    await db.script(repair);
    await db.close();
  }
}

describe('the tier sample', () => {
  it('reads the same rows on both sides although they lie elsewhere, counts them all, and says what it left out', async () => {
    const before = await capture(source, SAMPLE);
    const after = await captureAlike(before);
    const ways = Object.entries(before.sample?.tables ?? {}).map(([table, { by }]) => [table, by]);
    expect(Object.fromEntries(ways)).toEqual({
      'public.numbered': 'range',
      'public.paired': 'range',
      'public.named': 'hash',
      'public.keyless': 'whole',
      'public.small': 'whole',
    });
    const report = judge(before, after, checks);
    expect(verdictsOf(report)).toMatchObject({
      'row-count': 'passed',
      content: 'passed',
      'timestamp-precision': 'passed',
    });
    const read = (table: string): number =>
      Number(before.checks['content']?.tables[`public.${table}`]?.measures['rows']) / ROWS;
    for (const table of ['numbered', 'paired', 'named']) {
      expect(read(table)).toBeGreaterThan(0.07);
      expect(read(table)).toBeLessThan(0.14);
    }
    expect(read('keyless')).toBe(1);
    for (const table of ['numbered', 'paired', 'named', 'keyless'])
      expect(after.checks['row-count']?.tables[`public.${table}`]?.measures).toEqual({ rows: `${ROWS}` });
    const content = report.find(({ name }) => name === 'content');
    expect(content?.summary).toMatch(/^In a sample of 10 %: /);
    expect(content?.notes.join()).toMatch(
      /sample of 10 % .*\(seed 42\): 2 tables by ranges of the primary key, 1 table by hashes of the primary key, 2 tables whole/,
    );
    expect(report.find(({ name }) => name === 'row-count')?.summary).not.toMatch(/sample/);
  });

  it('is the same for the same seed, and another for another', async () => {
    const [one, again, other] = [
      await capture(source, SAMPLE),
      await capture(source, SAMPLE),
      await capture(source, { ...SAMPLE, seed: 43 }),
    ];
    expect(again.sample).toEqual(one.sample);
    expect(other.sample?.tables).not.toEqual(one.sample?.tables);
    expect(verdictsOf(judge(one, other, checks))).toMatchObject({ 'row-count': 'unverified', content: 'unverified' });
    expect((await capture(source, { name: 'sample', percent: 10 })).sample?.seed).toBeTypeOf('number');
  });

  it('finds what differs in the sample, and no change outside it', async () => {
    const before = await capture(source, SAMPLE);
    const sample = before.sample?.tables['public.numbered'];
    const ranges = sample?.by === 'range' ? sample.ranges : [];
    const within = ranges.find(({ from }) => from !== null)?.from?.[0];
    const beyond = ranges.find(({ to }) => to !== null && ranges.every(({ from }) => from?.[0] !== to[0]))?.to?.[0];
    const judgedAfterChange = (id: string | undefined): Promise<readonly ReportCheck[]> =>
      damaged(
        `UPDATE numbered SET filler = 'y' WHERE id = ${id}`,
        `UPDATE numbered SET filler = repeat('x', 400) WHERE id = ${id}`,
        async () => judge(before, await captureAlike(before), checks),
      );
    expect(codesOf(await judgedAfterChange(within))).toEqual(['content/differs public.numbered']);
    expect(codesOf(await judgedAfterChange(beyond))).toEqual([]);
    const all = await damaged(`UPDATE named SET filler = 'y'`, `UPDATE named SET filler = repeat('x', 400)`, async () =>
      judge(before, await captureAlike(before), checks),
    );
    expect(codesOf(all)).toEqual(['content/differs public.named']);
  });

  it('counts the rows outside it too, and those beyond the first and the last key', async () => {
    const before = await capture(source, { ...SAMPLE, percent: 1 });
    for (const id of [-5, 7 * ROWS + 1, 4]) {
      const report = await damaged(
        `INSERT INTO numbered VALUES (${id})`,
        `DELETE FROM numbered WHERE id = ${id}`,
        async () => judge(before, await captureAlike(before), checks),
      );
      expect(codesOf(report)).toContain('row-count/differs public.numbered');
    }
  });

  it('does not need the primary key on the other side', async () => {
    const before = await capture(source, SAMPLE);
    const report = await damaged(
      'ALTER TABLE numbered DROP CONSTRAINT numbered_pkey; ALTER TABLE named DROP CONSTRAINT named_pkey',
      'ALTER TABLE numbered ADD PRIMARY KEY (id); ALTER TABLE named ADD PRIMARY KEY (name)',
      async () => judge(before, await captureAlike(before), checks),
    );
    expect(verdictsOf(report)['row-count']).toBe('passed');
    expect(codesOf(report).filter((code) => code.startsWith('row-count'))).toEqual([]);
  });
});

describe('the tier counts', () => {
  it('counts every row, compares the catalogue, and skips what reads values in any way, with that reason', async () => {
    const counts: Tier = { name: 'counts' };
    const report = judge(await capture(source, counts), await capture(target, counts), checks);
    expect(verdictsOf(report)).toMatchObject({
      'row-count': 'passed',
      content: 'skipped',
      'timestamp-precision': 'skipped',
      'large-objects': 'skipped',
      sequences: 'skipped',
      constraints: 'skipped',
      'write-test': 'skipped',
      schema: 'passed',
      indexes: 'passed',
    });
    for (const name of ['content', 'large-objects', 'write-test'])
      expect(report.find((check) => check.name === name)?.reason).toMatch(/reads no value/);
    const lost = await damaged('DELETE FROM keyless WHERE n = 1', `INSERT INTO keyless SELECT 1, ${FILLER}`, async () =>
      judge(await capture(source, counts), await capture(target, counts), checks),
    );
    expect(codesOf(lost)).toEqual(['row-count/differs public.keyless']);
  });

  it('looks at the catalogue with a check whose options leave the rows alone, and not where they ask for rows', async () => {
    const optionsOf: Readonly<Record<string, object>> = {
      constraints: { orphans: 'never' },
      indexes: { amcheck: true },
      matviews: { freshness: 'restored' },
    };
    const planned = checks.map(({ check }) => ({ check, options: optionsOf[check.name] ?? {} }));
    const counts: Tier = { name: 'counts' };
    const before = await capture(source, counts, planned);
    const after = await capture(target, counts, planned);
    expect(verdictsOf(judge(before, after, planned))).toMatchObject({
      constraints: 'passed',
      indexes: 'skipped',
      matviews: 'skipped',
    });
    expect(Object.keys(before.checks)).not.toContain('indexes');
  });
});

it('manifests of different tiers are never compared', async () => {
  const full = await capture(source);
  const counts = await capture(target, { name: 'counts' });
  const sample = await capture(target, SAMPLE);
  for (const [before, after] of [
    [full, counts],
    [counts, full],
    [sample, full],
    [full, sample],
  ] as const) {
    const report = judge(before, after, checks);
    expect(new Set(report.map(({ verdict }) => verdict))).toEqual(new Set(['unverified']));
    expect(report[0]?.reason).toMatch(/captured in different tiers/);
  }
});
