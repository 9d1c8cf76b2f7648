import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Manifest, Report, ReportCheck } from '@pgdrill/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDrillDatabase, type DrillDatabase } from '../testing/drill-database.ts';
import { runCli, type Ended } from '../testing/run-cli.ts';
import { workloadOf } from '../testing/workload.ts';

let source: DrillDatabase;
/** With manifests of the source when it had 1,200 rows, all of them (`all.json`) or without any chain (`none.json`). */
let cwd: string;
beforeAll(async () => {
  source = await createDrillDatabase(workloadOf(1_200));
  cwd = mkdtempSync(join(tmpdir(), 'since-test-'));
  await pgdrill('capture', '--source', '$SOURCE', '--out', 'all.json');
  const without = ['--check', 'row-count', '--out', 'none.json'];
  await pgdrill('capture', '--source', '$SOURCE', ...without);
  await source.sql(`INSERT INTO audit_events (id, actor, actor_type, action, "timestamp")
    SELECT 'new ' || n, 'me', 'user', 'login', timestamptz '2031-01-01 00:00:00.123456+00' + n * interval '1 s' FROM generate_series(1, 5) AS n`);
});
afterAll(async () => {
  rmSync(cwd, { recursive: true, force: true });
  await source.drop();
});

const pgdrill = (...args: readonly string[]): Promise<Ended> => runCli(args, { cwd, env: { SOURCE: source.url } });
const checkOf = ({ out }: Ended): ReportCheck | undefined =>
  (JSON.parse(out) as Report).checks.find(({ name }) => name === 'verify-chain');

describe('pgdrill --since', () => {
  test('run goes on from the heads of the manifest on both sides, and says so', async () => {
    const ended = await pgdrill('run', '--source', '$SOURCE', '--since', 'all.json', '--reporter', 'json');
    expect(ended).toMatchObject({ code: 0 });
    const check = checkOf(ended);
    expect(check?.summary).toMatch(/^In part, since 20/);
    const shown = check?.subjects[0]?.after as Record<string, unknown>;
    expect(check?.subjects[0]?.before).toEqual(shown);
    // The five new rows, and the head before them.
    expect(shown['rows recomputed outside']).toMatch(
      / of 1205: 6 since 20.*part \d+ of 30 of the older ones by 20\d\d-\d\d-\d\d$/,
    );
    expect(check?.notes.filter((note) => note.includes('outside the database in part (before and after)')).length).toBe(
      1,
    );
    const { since } = JSON.parse(ended.out) as Report;
    expect(since).toEqual(check?.since);
    expect(since).toMatchObject({ share: 30 });
    const text = await pgdrill('run', '--source', '$SOURCE', '--since', 'all.json', '--check', 'verify-chain');
    expect(text.out).toMatch(/In part, since 20[^]*rows were not: those the server alone verified/);
    expect(text.out).toMatch(/PASSED .*, tier full, hash chains since 20.* UTC, exit status 0/);
  });

  test('a chain that is recomputed whole all the same is not said to be verified in part', async () => {
    const config = join(cwd, 'all-of-it.json');
    writeFileSync(config, JSON.stringify({ since: 'all.json', sinceShare: 1 }));
    const ended = await pgdrill('run', '--source', '$SOURCE', '--config', config, '--reporter', 'json');
    expect(ended).toMatchObject({ code: 0 });
    expect(JSON.parse(ended.out) as Report).not.toHaveProperty('since');
    expect(checkOf(ended)?.summary).not.toContain('In part');
    expect(checkOf(ended)?.notes.join(' ')).toMatch(/outside the database whole \(before and after\)/);
  });

  test('compare does not go on from the manifest of the config, and says that it verifies chains whole', async () => {
    const config = join(cwd, 'for-compare.json');
    writeFileSync(config, JSON.stringify({ since: 'all.json' }));
    const args = ['--source', '$SOURCE', '--target', '$SOURCE', '--config', config, '--check', 'verify-chain'];
    const ended = await pgdrill('compare', ...args, '--reporter', 'json');
    expect(ended).toMatchObject({ code: 0 });
    expect(ended.err).toContain('since in the config is not for compare, which verifies hash chains whole');
    expect(JSON.parse(ended.out) as Report).not.toHaveProperty('since');
  });

  test('verify goes on from a manifest of the config, by the share that it says and the day of the manifest that went on from the same one', async () => {
    const config = join(cwd, 'since.json');
    writeFileSync(config, JSON.stringify({ since: 'all.json', sinceShare: 2 }));
    const capture = ['capture', '--source', '$SOURCE', '--config', config, '--out', '-'];
    const manifest = JSON.parse((await pgdrill(...capture)).out) as Manifest;
    expect(manifest.since).toMatchObject({ share: 2 });
    const since = { ...manifest.since, share: 3, day: '1970-01-03' };
    writeFileSync(join(cwd, 'went-on.json'), JSON.stringify({ ...manifest, since }));
    const verify = ['verify', '--target', '$SOURCE', '--manifest', 'went-on.json', '--config', config];
    const ended = await pgdrill(...verify, '--reporter', 'json');
    expect(ended).toMatchObject({ code: 0 });
    const shown = checkOf(ended)?.subjects[0]?.after as Record<string, unknown>;
    expect(shown['rows recomputed outside']).toMatch(/part 3 of 3 of the older ones by 1970-01-03$/);
  });

  test('verify fails a copy that lost the row at which the manifest ends', async () => {
    const copy = `copy_of_${source.name}`;
    await source.sql(`CREATE DATABASE ${copy} TEMPLATE ${source.name}`, 'postgres');
    await source.sql('ALTER TABLE public.audit_events DISABLE TRIGGER USER', copy);
    await source.sql(
      `DELETE FROM audit_events WHERE "timestamp" = (SELECT max("timestamp") FROM audit_events WHERE id NOT LIKE 'new%')`,
      copy,
    );
    await pgdrill('capture', '--source', '$SOURCE', '--out', 'now.json');
    const target = ['verify', '--target', source.urlOf(copy), '--manifest', 'now.json', '--check', 'verify-chain'];
    const ended = await pgdrill(...target, '--since', 'all.json', '--reporter', 'json');
    expect(ended).toMatchObject({ code: 1 });
    expect(checkOf(ended)?.findings.map(({ code }) => code)).toContain('verify-chain/since-head-missing');
  });

  test.each<readonly [string, string, string]>([
    ['no manifest', 'absent.json', 'could not be read'],
    ['nothing', '', '--since is empty'],
    ['a manifest without a chain', 'none.json', 'holds no hash chain to go on from'],
  ])('is refused when it names %s', async (_, file, message) => {
    const ended = await pgdrill('run', '--source', '$SOURCE', '--since', file);
    expect(ended).toMatchObject({ code: 2, out: '', leftFiles: [] });
    expect(ended.err).toContain(message);
  });

  test('is refused by all three when the manifest is of another database', async () => {
    const other = await source.createEmpty();
    await pgdrill('capture', '--source', source.urlOf(other), '--out', 'other.json');
    for (const args of [
      ['run', '--source', source.urlOf(other)],
      ['capture', '--source', source.urlOf(other), '--out', 'unwritten.json'],
      ['verify', '--target', source.urlOf(other), '--manifest', 'other.json'],
    ]) {
      const ended = await pgdrill(...args, '--since', 'all.json');
      expect(ended).toMatchObject({ code: 2, out: '' });
      expect(ended.err).toMatch(/The manifest of --since was captured of another database .*leave --since out/);
    }
    expect(await source.leftDatabases()).toEqual([`copy_of_${source.name}`]);
  });
});
