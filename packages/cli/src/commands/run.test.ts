import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Report } from '@pgdrill/core';
import { readManifest, readReport } from '@pgdrill/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDrillDatabase, type DrillDatabase } from '../testing/drill-database.ts';
import { newFolder } from '../testing/folder.ts';
import { runCli, type Ended } from '../testing/run-cli.ts';
import { workloadOf } from '../testing/workload.ts';

let source: DrillDatabase;
beforeAll(async () => {
  source = await createDrillDatabase(workloadOf(24));
});
afterAll(() => source.drop());

/** Its source comes from the environment, so that no argument holds a password. */
const run = (cwd: string, args: readonly string[] = [], env: Record<string, string> = {}): Promise<Ended> =>
  runCli(['run', '--source', '$SOURCE', ...args], { cwd, env: { SOURCE: source.url, ...env } });

const nothingLeft = async (ended: Ended): Promise<void> => {
  expect(ended.leftFiles).toEqual([]);
  expect(ended.leftProcesses).toEqual([]);
  expect(await source.leftDatabases()).toEqual([]);
};

const verdicts = ({ checks }: Report): Readonly<Record<string, string>> =>
  Object.fromEntries(checks.map(({ name, verdict }) => [name, verdict]));

describe('pgdrill run', () => {
  test.each([
    ['custom', 'pg'],
    ['directory', 'postgres'],
    ['tar', 'pg'],
    ['plain', 'postgres'],
  ])('passes in format %s by driver %s, and leaves its reports and nothing else', async (format, driver) => {
    const cwd = newFolder();
    const ended = await run(cwd, ['--format', format, '--driver', driver, '--out', 'reports']);
    expect(ended).toMatchObject({ code: 0 });
    expect(ended.out.trimEnd().split('\n').at(-1)).toContain('PASSED');
    expect(readdirSync(join(cwd, 'reports')).toSorted()).toEqual([
      'junit.xml',
      'manifest-after.json',
      'manifest-before.json',
      'report.json',
    ]);
    const report = await readReport(join(cwd, 'reports/report.json'));
    expect(report).toMatchObject({ verdict: 'passed', exitCode: 0, backup: { format } });
    expect(verdicts(report)).toMatchObject({ backup: 'passed', restore: 'passed', 'row-count': 'passed' });
    const count = report.checks.find(({ name }) => name === 'row-count');
    expect(count?.subjects).toContainEqual(
      expect.objectContaining({ name: 'public.audit_events', before: 24, after: 24 }),
    );
    expect((await readManifest(join(cwd, 'reports/manifest-before.json'))).snapshotId).not.toBeNull();
    await nothingLeft(ended);
  });

  test('shows which database is on trial, and the phases, on standard error', async () => {
    const ended = await run(newFolder());
    expect(ended.err).toContain(`source: ${source.role}@127.0.0.1:`);
    for (const phase of ['open', 'capture-before', 'backup', 'restore', 'capture-after', 'judge', 'close']) {
      expect(ended.err).toMatch(new RegExp(`^\\d\\d:\\d\\d:\\d\\dZ ${phase} begins$`, 'm'));
    }
  });

  test('takes the PG* variables when they name a database', async () => {
    const url = new URL(source.url);
    const env = {
      PGHOST: url.hostname,
      PGPORT: url.port,
      PGUSER: source.role,
      PGPASSWORD: source.password,
      PGDATABASE: source.name,
    };
    const ended = await runCli(['run'], { cwd: newFolder(), env });
    expect(ended).toMatchObject({ code: 0 });
  });

  test('prefers options to the config, and the config to variables', async () => {
    const config = { source: '${SOURCE}', driver: 'postgres', checks: { content: false }, out: 'from-config' };
    const cwd = newFolder({ 'pgdrill.config.json': JSON.stringify(config) });
    const env = { SOURCE: source.url, PGDATABASE: 'no_such_database', PGHOST: 'no-such-host.invalid' };
    const fromConfig = await runCli(['run'], { cwd, env });
    expect(fromConfig).toMatchObject({ code: 0 });
    expect(verdicts(await readReport(join(cwd, 'from-config/report.json')))).not.toHaveProperty('content');
    const fromOptions = await runCli(['run', '--check', 'content', '--out', 'from-option'], { cwd, env });
    expect(fromOptions).toMatchObject({ code: 0 });
    expect(Object.keys(verdicts(await readReport(join(cwd, 'from-option/report.json'))))).toEqual([
      'backup',
      'restore',
      'content',
    ]);
  });

  test('writes one report alone to standard output, others to their files', async () => {
    const cwd = newFolder();
    const ended = await run(cwd, ['--reporter', 'json', '--reporter', 'junit=deep/er/junit.xml']);
    expect(JSON.parse(ended.out)).toMatchObject({ kind: 'pgdrill-report', verdict: 'passed' });
    expect(readFileSync(join(cwd, 'deep/er/junit.xml'), 'utf8')).toContain('<testsuites');
    expect(readdirSync(join(cwd, 'deep/er'))).toEqual(['junit.xml']);
  });

  test('adds annotations and the step summary in GitHub Actions, unless reporters are named', async () => {
    const cwd = newFolder({ 'summary.md': 'of an earlier command\n' });
    const env = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: join(cwd, 'summary.md') };
    const ended = await run(cwd, [], env);
    expect(ended.out).toMatch(/^::notice title=pgdrill PASSED::/m);
    expect(ended.out.trimEnd().split('\n').at(-1)).toContain('PASSED');
    const summary = readFileSync(join(cwd, 'summary.md'), 'utf8');
    expect(summary).toMatch(/^of an earlier command\n/);
    expect(summary).toContain('row-count');
    const named = await run(cwd, ['--reporter', 'json'], env);
    expect(JSON.parse(named.out)).toMatchObject({ verdict: 'passed' });
    expect(readFileSync(join(cwd, 'summary.md'), 'utf8')).toBe(summary);
  });

  test('restores into the empty database that is named, and leaves it', async () => {
    const empty = await source.createEmpty();
    const ended = await run(newFolder(), ['--target', '$TARGET'], { TARGET: source.urlOf(empty) });
    expect(ended).toMatchObject({ code: 0 });
    expect(await source.sql('SELECT count(*) AS rows FROM public.audit_events', empty)).toEqual([{ rows: '24' }]);
    await nothingLeft(ended);
  });

  test('restores to a throwaway server, which is removed', async () => {
    const ended = await run(newFolder(), ['--target', 'sandbox', '--sandbox', 'system']);
    expect(ended).toMatchObject({ code: 0 });
    expect(ended.out).toMatch(/database restored\s+on a throwaway PostgreSQL/);
    await nothingLeft(ended);
  });

  test('makes its scratch database on the server that is named', async () => {
    const ended = await run(newFolder(), ['--target-server', '$SERVER'], { SERVER: source.urlOf('postgres') });
    expect(ended).toMatchObject({ code: 0 });
    await nothingLeft(ended);
  });

  test('restores in place once that is confirmed', async () => {
    const own = await createDrillDatabase(workloadOf(24));
    try {
      const env = { SOURCE: own.url };
      const before = await own.sql(`SELECT 'public.audit_events'::regclass::oid AS oid`);
      const ended = await runCli(['run', '--source', '$SOURCE', '--in-place', '--confirm', own.name], {
        cwd: newFolder(),
        env,
      });
      expect(ended).toMatchObject({ code: 0, leftFiles: [] });
      expect(await own.sql('SELECT count(*) AS rows FROM public.audit_events')).toEqual([{ rows: '24' }]);
      expect(await own.sql(`SELECT 'public.audit_events'::regclass::oid AS oid`)).not.toEqual(before);
    } finally {
      await own.drop();
    }
  });

  test('keeps what it made when asked, and says where', async () => {
    const ended = await run(newFolder(), ['--keep']);
    expect(ended).toMatchObject({ code: 0 });
    expect(ended.leftFiles).toHaveLength(1);
    const [kept = ''] = await source.leftDatabases();
    expect(ended.out).toContain(kept);
    expect(await source.sql('SELECT count(*) AS rows FROM public.audit_events', kept)).toEqual([{ rows: '24' }]);
    await source.sql(`DROP DATABASE ${kept}`);
  });

  test('lets no password into arguments, output or reports', async () => {
    const cwd = newFolder();
    const args = ['run', '--source', '$SOURCE', '--out', '.', '--format', 'plain'];
    const ended = await runCli(args, { cwd, env: { SOURCE: source.url }, watchArguments: true });
    expect(ended).toMatchObject({ code: 0 });
    const files = readdirSync(cwd).map((name) => readFileSync(join(cwd, name), 'utf8'));
    const everything = [ended.out, ended.err, ...files, ...ended.seenArguments].join('\n');
    expect(everything).not.toContain(source.password);
    expect(everything).toContain('/pg_dump --');
  });
});
