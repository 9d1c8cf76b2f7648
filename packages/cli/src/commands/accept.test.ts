import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readReport, type Report } from '@pgdrill/core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { createDrillDatabase, type DrillDatabase } from '../testing/drill-database.ts';
import { newFolder } from '../testing/folder.ts';
import { runCli, type Ended } from '../testing/run-cli.ts';

let source: DrillDatabase;
let restored: string;
let manifest: string;

/** The source, what was recorded of it, and a copy in which a row is missing from one of two tables. */
beforeAll(async () => {
  source = await createDrillDatabase();
  for (const table of ['public.orders', 'public.sessions']) {
    await source.sql(`CREATE TABLE ${table} (id int PRIMARY KEY)`);
    await source.sql(`INSERT INTO ${table} SELECT generate_series(1, 20)`);
  }
  const capture = ['capture', '--source', '$SOURCE', '--out', '-'];
  manifest = (await runCli(capture, { cwd: tmpdir(), env: { SOURCE: source.url } })).out;
  restored = `copy_of_${source.name}`;
  await source.sql(`CREATE DATABASE ${restored} TEMPLATE ${source.name}`, 'postgres');
  await source.sql('DELETE FROM public.sessions WHERE id = 7', restored);
});
afterAll(() => source.drop());

const withConfig = (config: object): string =>
  newFolder({ 'pgdrill.config.json': JSON.stringify(config), 'manifest.json': manifest });

const verify = async (accept: readonly object[], more: object = {}): Promise<Ended & { readonly cwd: string }> => {
  const cwd = withConfig({ accept, ...more });
  const args = ['verify', '--target', '$TARGET', '--manifest', 'manifest.json', '--out', 'reports'];
  const env = { TARGET: source.urlOf(restored) };
  return { ...(await runCli(args, { cwd, env })), cwd };
};
const reportIn = (cwd: string): Promise<Report> => readReport(join(cwd, 'reports/report.json'));
const said = (ended: Ended): string => ended.out.replaceAll(/\s+/g, ' ');

const SESSIONS = { code: '*/differs', subject: 'public.sessions', reason: 'logged out after the backup' };

describe('accept', () => {
  test('nothing: the missing row fails the drill, and is looked for', async () => {
    const ended = await verify([]);
    expect(ended.code).toBe(1);
    expect(said(ended)).toContain('✗ row-count/differs public.sessions');
  });

  test('a known difference passes, stays in every report, and is the same when it is rendered again', async () => {
    const ended = await verify([{ ...SESSIONS, until: '9999-12-31' }]);
    expect(ended.code).toBe(0);
    expect(said(ended)).toMatch(
      /~ row-count\/differs 1 difference accepted by the config until 9999-12-31 · logged out after the backup - public\.sessions had 20 rows and has 19/,
    );
    expect(said(ended)).toMatch(/✓ PASSED .* 2 accepted differences/);
    const report = await reportIn(ended.cwd);
    expect(report.checks.find(({ name }) => name === 'row-count')).toMatchObject({
      verdict: 'passed',
      findings: [{ code: 'row-count/differs', accepted: { reason: SESSIONS.reason, from: 'config' } }],
    });
    expect(report.phases.map(({ name }) => name)).not.toContain('locate');
    const again = await runCli(['report', 'reports/report.json'], { cwd: ended.cwd });
    expect(again).toMatchObject({ code: 0, out: ended.out });
  });

  test('one that has lapsed fails again, with its day and its reason', async () => {
    const ended = await verify([{ ...SESSIONS, until: '2020-02-29' }]);
    expect(ended.code).toBe(1);
    expect(said(ended)).toContain('accepted until 2020-02-29 only, which is past · logged out after the backup');
  });

  test('one of another table fails, and warns that it matched nothing', async () => {
    const ended = await verify([{ ...SESSIONS, subject: 'public.orders' }]);
    expect(ended.code).toBe(1);
    expect(said(ended)).toMatch(
      /Notes .*\*\/differs about public\.orders \(logged out after the backup\) matched nothing/,
    );
  });

  test('what is wrong with an entry is said before anything is read, with status 2', async () => {
    const ended = await verify([
      { ...SESSIONS, until: '2026-02-30' },
      { subject: 'public.orders', reason: '' },
    ]);
    expect(ended.code).toBe(2);
    expect(ended.err).toContain('accept[0].until: "2026-02-30" is no day of the calendar');
    expect(ended.err).toContain('accept[1]: at least one of the keys "check", "code" is needed.');
    expect(ended.err).toContain('accept[1].reason: it is empty.');
  });

  describe('a table that is gone', () => {
    const REASON = 'filled anew by the application';
    const gone = (subject: string, more: object = {}): object => ({
      code: '*missing',
      subject,
      reason: REASON,
      ...more,
    });
    let database: DrillDatabase;
    let target: string;
    let recorded: string;
    beforeAll(async () => {
      database = await createDrillDatabase();
      for (const name of ['cache_a', 'cache_b', 'kept'])
        for (const sql of [
          `CREATE TABLE public.${name} (id int PRIMARY KEY, at timestamptz DEFAULT now() CHECK (at > '2000-01-01'), body text)`,
          `CREATE INDEX ${name}_body ON public.${name} (body)`,
          `INSERT INTO public.${name} VALUES (1), (2)`,
          `CREATE FUNCTION public.${name}_t() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'`,
          `CREATE TRIGGER t BEFORE INSERT ON public.${name} FOR EACH ROW EXECUTE FUNCTION public.${name}_t()`,
          `COMMENT ON COLUMN public.${name}.body IS 'text'`,
        ])
          await database.sql(sql);
      const capture = ['capture', '--source', '$SOURCE', '--out', '-'];
      recorded = (await runCli(capture, { cwd: tmpdir(), env: { SOURCE: database.url } })).out;
      target = `copy_of_${database.name}`;
      await database.sql(`CREATE DATABASE ${target} TEMPLATE ${database.name}`, 'postgres');
      await database.sql('DROP TABLE public.cache_a, public.cache_b', target);
    });
    afterAll(() => database.drop());

    const verified = async (accept: readonly object[], ...args: readonly string[]): Promise<[Ended, Report]> => {
      const cwd = newFolder({ 'pgdrill.config.json': JSON.stringify({ accept }), 'manifest.json': recorded });
      const verifyArgs = ['verify', '--target', '$TARGET', '--manifest', 'manifest.json', '--out', 'reports', ...args];
      const ended = await runCli(verifyArgs, { cwd, env: { TARGET: database.urlOf(target) } });
      return [ended, await reportIn(cwd)];
    };
    const verdictsIn = ({ checks }: Report): Readonly<Record<string, string>> =>
      Object.fromEntries(checks.map(({ name, verdict }) => [name, verdict]));

    test('passes with all that was part of it when that is accepted, and tells every part', async () => {
      const [ended, report] = await verified([gone('*public.cache_*')]);
      expect(ended.code).toBe(0);
      expect(verdictsIn(report)).toMatchObject({ indexes: 'passed', triggers: 'passed', constraints: 'passed' });
      for (const name of ['indexes', 'triggers', 'constraints', 'schema', 'timestamp-precision'])
        expect(report.checks.find((check) => check.name === name)?.notes.join(' ')).toMatch(
          /Not compared, since it went with a relation that is gone, which is accepted \(filled anew by the application\): public\.cache_a.*public\.cache_b/,
        );
      expect(said(ended)).toMatch(/Not compared, since it went with a relation that is gone/);
      expect(said(ended)).toContain('~ row-count/table-missing 2 differences');
    });

    test('fails by what is gone and not accepted, whose parts stay unverified', async () => {
      const [ended, report] = await verified([gone('*public.cache_a')]);
      expect(ended.code).toBe(1);
      expect(verdictsIn(report)).toMatchObject({ 'row-count': 'failed', indexes: 'unverified' });
      const indexes = report.checks.find(({ name }) => name === 'indexes');
      expect(indexes?.subjects.filter(({ unverified }) => unverified !== undefined).map(({ name }) => name)).toEqual([
        'public.cache_b',
      ]);
      expect(indexes?.notes.join(' ')).toMatch(/: public\.cache_a\.$/);
    });

    test('is not accepted for its parts where one check alone accepts that it is gone, or no longer does', async () => {
      for (const more of [{ check: 'row-count' }, { until: '2020-02-29' }]) {
        const [ended, report] = await verified([gone('*public.cache_*', more)]);
        expect(ended.code).toBe(1);
        expect(verdictsIn(report)).toMatchObject({ indexes: 'unverified', triggers: 'unverified' });
      }
    });

    test('leaves unverified what is accepted by no check that ran', async () => {
      const [ended] = await verified([gone('*public.cache_*')], '--check', 'indexes');
      expect(ended.code).toBe(3);
    });
  });

  test('a restore that went on after an error: exit status 0 when the error and what it cost are accepted, 1 for the error alone', async () => {
    const database = await createDrillDatabase();
    onTestFinished(() => database.drop());
    // It holds for INSERT and never for COPY, so the table comes back empty.
    await database.sql(
      `CREATE FUNCTION public.inserted() RETURNS boolean LANGUAGE sql AS $$ SELECT current_query() NOT LIKE 'COPY%' $$`,
    );
    await database.sql('CREATE TABLE public.lost (i int PRIMARY KEY CHECK (public.inserted()))');
    await database.sql('INSERT INTO public.lost VALUES (1), (2)');
    const error = { code: 'restore/*', reason: 'its rows never come back' };
    const cost = { code: '*/differs', subject: 'public.lost', reason: 'its rows never come back' };
    const codes: (number | null)[] = [];
    for (const accept of [[error, cost], [cost]]) {
      const cwd = withConfig({ accept, backup: { stopOnError: false } });
      codes.push((await runCli(['run', '--source', '$SOURCE'], { cwd, env: { SOURCE: database.url } })).code);
    }
    expect(codes).toEqual([0, 1]);
  });

  test('what follows from the options of the backup is in the report of run; of verify, where the config tells them', async () => {
    const codes = async ({ cwd }: { readonly cwd: string }): Promise<readonly string[]> =>
      ((await reportIn(cwd)).acceptances ?? []).map(({ code, from }) => `${from} ${code}`);
    const cwd = withConfig({});
    const run = ['run', '--source', '$SOURCE', '--out', 'reports'];
    expect(await runCli(run, { cwd, env: { SOURCE: source.url } })).toMatchObject({ code: 0 });
    expect(await codes({ cwd })).toContain('options privileges/owner-differs');
    expect(await codes(await verify([SESSIONS]))).toEqual(['config */differs']);
    const told = await verify([SESSIONS], { backup: { format: 'custom', dumpArguments: ['--no-comments'] } });
    expect(await codes(told)).toContain('options schema/comment-differs');
    expect(await codes(told)).not.toContain('options privileges/owner-differs');
  });
});
