import type { Report } from '@pgdrill/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDrillDatabase, type DrillDatabase } from '../testing/drill-database.ts';
import { newFolder } from '../testing/folder.ts';
import { runCli, type Ended } from '../testing/run-cli.ts';

let source: DrillDatabase;
beforeAll(async () => {
  source = await createDrillDatabase();
  await source.sql(`CREATE TABLE big (id int PRIMARY KEY, filler text)`);
  await source.sql(`INSERT INTO big SELECT n, repeat('x', 400) FROM generate_series(1, 45000) AS n`);
});
afterAll(() => source.drop());

const pgdrill = (cwd: string, ...args: readonly string[]): Promise<Ended> =>
  runCli(args, { cwd, env: { SOURCE: source.url } });

const drill = (...args: readonly string[]): Promise<Ended> =>
  pgdrill(newFolder(), 'run', '--source', '$SOURCE', ...args);

const reportOf = ({ out }: Ended): Report => JSON.parse(out) as Report;

describe('pgdrill run in a tier', () => {
  test('reads a sample of the rows, and says so with its seed', async () => {
    const ended = await drill('--tier', 'sample:10%', '--seed', '7');
    expect(ended).toMatchObject({ code: 0 });
    expect(ended.out).toMatch(/^ {2}tier {4}sample:10%, seed 7: every row was counted, and some were read/m);
    expect(ended.out).toContain('In a sample of 10 %: Every row of every table is the same');
    expect(ended.out).toMatch(/PASSED .*tier sample:10%, seed 7, exit status 0/);
  });

  test('counts rows, compares the catalogue, and calls nothing passed that reads values', async () => {
    const report = reportOf(await drill('--tier', 'counts', '--reporter', 'json'));
    expect(report).toMatchObject({ tier: 'counts', verdict: 'passed', exitCode: 0 });
    const passed = report.checks.filter(({ verdict }) => verdict === 'passed').map(({ name }) => name);
    expect(passed).toEqual(
      expect.arrayContaining(['backup', 'restore', 'row-count', 'schema', 'indexes', 'privileges']),
    );
    const left = report.checks.filter(({ reason }) => reason?.includes('the tier counts reads no value') === true);
    expect(new Set(left.map(({ name, verdict }) => `${name} ${verdict}`))).toEqual(
      new Set(
        ['content', 'timestamp-precision', 'sequences', 'large-objects', 'constraints', 'write-test'].map(
          (name) => `${name} skipped`,
        ),
      ),
    );
  });

  test('has nothing to judge when only a check is asked for that the tier leaves out', async () => {
    const ended = await drill('--tier', 'counts', '--check', 'content', '--reporter', 'json');
    expect(ended.code).toBe(3);
    expect(reportOf(ended).verdict).toBe('unverified');
  });

  test.each<readonly [string, readonly string[], string]>([
    ['a tier that there is not', ['--tier', 'some'], 'The tier "some" is none. Write full, counts, or sample:N%'],
    ['a sample of nothing', ['--tier', 'sample:0%'], 'The tier "sample:0%" is none'],
    ['a sample of everything', ['--tier', 'sample:100%'], 'The tier "sample:100%" is none'],
    ['a seed without a sample', ['--seed', '7'], '--seed chooses the rows of a sample, but the tier is full'],
    ['a seed that is too large', ['--seed', '4294967296'], 'It must be a whole number from 0 to 4294967295'],
  ])('refuses %s', async (_, args, message) => {
    const ended = await drill(...args);
    expect(ended).toMatchObject({ code: 2, out: '', leftFiles: [] });
    expect(ended.err).toContain(message);
  });
});

describe('pgdrill verify in a tier', () => {
  const capture = (cwd: string, file: string, ...args: readonly string[]): Promise<Ended> =>
    pgdrill(cwd, 'capture', '--source', '$SOURCE', '--out', file, ...args);

  test('reads what the manifest says, without being told, and refuses another tier or seed', async () => {
    const cwd = newFolder();
    expect(await capture(cwd, 'm.json', '--tier', 'sample:10%')).toMatchObject({ code: 0 });
    const verify = ['verify', '--target', '$SOURCE', '--manifest', 'm.json', '--reporter', 'json=-'];
    const ended = await pgdrill(cwd, ...verify, '--out', 'reports');
    expect(ended).toMatchObject({ code: 0 });
    expect(reportOf(ended)).toMatchObject({ tier: 'sample', sample: { percent: 10 } });
    const stored = ['verify', '--target-manifest', 'reports/manifest-after.json', '--manifest', 'm.json'];
    expect(await pgdrill(cwd, ...stored)).toMatchObject({ code: 0 });
    for (const other of [['full'], ['counts'], ['sample:20%'], ['sample:10%', '--seed', '1']]) {
      const refused = await pgdrill(cwd, ...verify, '--tier', ...other);
      expect(refused).toMatchObject({ code: 2, out: '' });
      expect(refused.err).toContain('The manifest was captured in the tier sample:10%, seed ');
    }
  });

  test('refuses two manifests of different tiers', async () => {
    const cwd = newFolder();
    await capture(cwd, 'm.json');
    await capture(cwd, 'counts.json', '--tier', 'counts');
    const ended = await pgdrill(cwd, 'verify', '--target-manifest', 'counts.json', '--manifest', 'm.json');
    expect(ended).toMatchObject({ code: 2, out: '' });
    expect(ended.err).toContain('The two sides were captured in different tiers (full; counts)');
  });
});

test('pgdrill compare reads the same sample of both databases', async () => {
  const args = ['compare', '--source', '$SOURCE', '--target', '$SOURCE', '--tier', 'sample:5%', '--reporter', 'json'];
  const ended = await pgdrill(newFolder(), ...args);
  expect(ended).toMatchObject({ code: 0 });
  expect(reportOf(ended)).toMatchObject({ tier: 'sample', verdict: 'passed', sample: { percent: 5 } });
});
