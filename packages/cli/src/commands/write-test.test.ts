import { join } from 'node:path';
import { readReport, type Report, type ReportCheck } from '@pgdrill/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDrillDatabase, type DrillDatabase } from '../testing/drill-database.ts';
import { newFolder } from '../testing/folder.ts';
import { runCli, type Ended } from '../testing/run-cli.ts';
import { workloadOf } from '../testing/workload.ts';

let source: DrillDatabase;
beforeAll(async () => {
  source = await createDrillDatabase(async (url) => {
    await workloadOf(24)(url);
  });
  await source.sql('CREATE TABLE public.orders (id serial PRIMARY KEY, note text)');
  await source.sql(`INSERT INTO public.orders (note) SELECT 'n' FROM generate_series(1, 9)`);
});
afterAll(() => source.drop());

interface Drilled {
  readonly ended: Ended;
  readonly report: Report;
  readonly check: ReportCheck | undefined;
}

/** Runs a command that ends with a report. */
const drilled = async (args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Drilled> => {
  const cwd = newFolder();
  const ended = await runCli([...args, '--out', 'reports'], { cwd, env: { SOURCE: source.url, ...env } });
  const report = await readReport(join(cwd, 'reports/report.json'));
  return { ended, report, check: report.checks.find(({ name }) => name === 'write-test') };
};

const run = ['run', '--source', '$SOURCE'];
const tried = ({ report }: Drilled): boolean => report.phases.some(({ name }) => name === 'write-test');

describe('pgdrill run', () => {
  test.each(['pg', 'postgres'])(
    'tries to write to a scratch database without being asked, by driver %s',
    async (driver) => {
      const drill = await drilled([...run, '--driver', driver]);
      expect(drill.ended).toMatchObject({ code: 0, leftFiles: [], leftProcesses: [] });
      expect(drill.check).toMatchObject({ verdict: 'passed' });
      expect(drill.check?.subjects).toContainEqual({
        name: 'public.orders',
        before: null,
        after: { 'next value': 'id free', insert: 'worked', update: 'worked', delete: 'worked' },
      });
      expect(tried(drill)).toBe(true);
      expect(await source.leftDatabases()).toEqual([]);
    },
  );

  test('does not where it is told not to, by the option or by the config', async () => {
    const drill = await drilled([...run, '--no-write-test']);
    expect(drill.ended).toMatchObject({ code: 0 });
    expect(drill.check).toMatchObject({ verdict: 'skipped', reason: expect.stringContaining('not wanted') as string });
    expect(tried(drill)).toBe(false);
    const cwd = newFolder({ 'pgdrill.config.json': '{ "writeTest": false }' });
    const byConfig = await runCli([...run, '--reporter', 'json'], { cwd, env: { SOURCE: source.url } });
    expect(byConfig.out).toContain('It was not wanted');
    const over = await runCli([...run, '--reporter', 'json', '--write-test'], { cwd, env: { SOURCE: source.url } });
    expect(over.out).not.toContain('It was not wanted');
  });

  test('writes to a database of somebody else only when it is asked to', async () => {
    const [one, two] = [await source.createEmpty(), await source.createEmpty()];
    const unasked = await drilled([...run, '--target', '$TARGET'], { TARGET: source.urlOf(one) });
    expect(unasked.ended).toMatchObject({ code: 0 });
    expect(unasked.check).toMatchObject({
      verdict: 'skipped',
      reason: expect.stringContaining('--write-test') as string,
    });
    expect(unasked.ended.out).toMatch(/- skipped +write-test/);
    const asked = await drilled([...run, '--target', '$TARGET', '--write-test'], { TARGET: source.urlOf(two) });
    expect(asked.ended).toMatchObject({ code: 0 });
    expect(asked.check).toMatchObject({ verdict: 'passed' });
    const state =
      'SELECT (SELECT count(*) FROM public.orders) AS rows, (SELECT last_value FROM public.orders_id_seq) AS last';
    expect(await source.sql(state, two)).toEqual(await source.sql(state));
  });

  test('never writes to the source of an in-place drill', async () => {
    const args = [...run, '--in-place', '--confirm', source.name, '--write-test'];
    const ended = await runCli(args, { cwd: newFolder(), env: { SOURCE: source.url } });
    expect(ended).toMatchObject({ code: 2 });
    expect(ended.err).toContain('An in-place drill restores into the source itself');
    const own = await createDrillDatabase(workloadOf(24));
    try {
      const drill = await drilled([...run, '--in-place', '--confirm', own.name], { SOURCE: own.url });
      expect(drill.ended).toMatchObject({ code: 0 });
      expect(drill.check).toMatchObject({ verdict: 'skipped' });
    } finally {
      await own.drop();
    }
  });

  test('an interruption while it writes leaves nothing behind', async () => {
    await source.sql(
      `CREATE FUNCTION public.slow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(4); RETURN NEW; END'`,
    );
    await source.sql('CREATE TRIGGER slow BEFORE UPDATE ON public.orders FOR EACH ROW EXECUTE FUNCTION public.slow()');
    try {
      let sent = false;
      const ended = await runCli(run, {
        cwd: newFolder(),
        env: { SOURCE: source.url },
        onError: (text, child) => {
          if (sent || !text.includes('write-test begins')) return;
          sent = true;
          setTimeout(() => process.kill(child.pid ?? 0, 'SIGINT'), 500);
        },
      });
      expect(ended).toMatchObject({ code: 130, leftFiles: [], leftProcesses: [] });
      expect(ended.out).toContain('write-test');
      expect(await source.leftDatabases()).toEqual([]);
      const sessions = `SELECT count(*) AS n FROM pg_stat_activity WHERE usename = '${source.role}' AND pid <> pg_backend_pid()`;
      expect(await source.sql(sessions)).toEqual([{ n: '0' }]);
    } finally {
      await source.sql('DROP FUNCTION public.slow() CASCADE');
    }
  });
});

describe('pgdrill verify', () => {
  test('writes when it is asked to, and never to the source', async () => {
    const cwd = newFolder();
    const copy = await source.createEmpty();
    const env = { SOURCE: source.url, TARGET: source.urlOf(copy) };
    await source.sql(`DROP DATABASE ${copy}`, 'postgres');
    await source.sql(`CREATE DATABASE ${copy} TEMPLATE ${source.name}`, 'postgres');
    await source.sql(`SELECT setval('public.orders_id_seq', 3)`, copy);
    expect(await runCli(['capture', '--source', '$SOURCE', '--out', 'm.json'], { cwd, env })).toMatchObject({
      code: 0,
    });
    const verify = ['verify', '--manifest', 'm.json', '--check', 'row-count', '--check', 'write-test'];
    expect(await runCli([...verify, '--target', '$TARGET'], { cwd, env })).toMatchObject({ code: 0 });
    const asked = await runCli([...verify, '--target', '$TARGET', '--write-test'], { cwd, env });
    expect(asked).toMatchObject({ code: 1 });
    expect(asked.out).toContain('write-test/next-value-taken');
    const refused = await runCli([...verify, '--target', '$SOURCE', '--write-test'], { cwd, env });
    expect(refused).toMatchObject({ code: 2 });
    expect(refused.err.replaceAll(/\s+/g, ' ')).toContain('cannot be told from the source');
    const stored = await runCli([...verify, '--target-manifest', 'm.json', '--write-test'], { cwd, env });
    expect(stored).toMatchObject({ code: 2 });
  });
});
