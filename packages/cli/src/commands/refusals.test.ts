import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testServerUrl } from '../../../sandbox/src/testing/test-database.ts';
import { createDrillDatabase, query, type DrillDatabase } from '../testing/drill-database.ts';
import { newFolder } from '../testing/folder.ts';
import { runCli, type Ended } from '../testing/run-cli.ts';
import { workloadOf } from '../testing/workload.ts';

let source: DrillDatabase;
beforeAll(async () => {
  source = await createDrillDatabase(workloadOf(24));
});
afterAll(() => source.drop());

const run = (args: readonly string[], env: Record<string, string> = {}, cwd = newFolder()): Promise<Ended> =>
  runCli(args, { cwd, env: { SOURCE: source.url, ...env } });

const drill = (args: readonly string[], env: Record<string, string> = {}, cwd = newFolder()): Promise<Ended> =>
  run(['run', '--source', '$SOURCE', ...args], env, cwd);

/** What must be the same of every refusal. */
const shapeOf = async (ended: Ended): Promise<object> => ({
  code: ended.code,
  out: ended.out,
  messages: ended.err.match(/^(pgdrill|error):/gm)?.length,
  stack: /^\s+at /m.test(ended.err),
  secret: ended.err.includes(source.password),
  left: [...ended.leftFiles, ...ended.leftProcesses, ...(await source.leftDatabases())],
});
const REFUSED = { code: 2, out: '', messages: 1, stack: false, secret: false, left: [] };

describe('exit status 2', () => {
  test.each<readonly [string, readonly string[], string]>([
    ['an unknown command', ['rum'], "unknown command 'rum'"],
    ['an unknown option', ['run', '--sorce', 'x'], "unknown option '--sorce'"],
    ['no source', ['run'], 'No database is named'],
    ['an empty source', ['run', '--source', ''], '--source is empty'],
    [
      'a source in a variable that is not set',
      ['run', '--source', '$NO_SUCH'],
      '--source names the environment variable NO_SUCH',
    ],
    ['a format that there is not', ['run', '--format', 'zip'], "argument 'zip' is invalid"],
    ['no jobs at all', ['run', '--jobs', '0'], "argument '0' is invalid"],
    ['rows that are no number', ['demo', '--rows', '1e3'], "argument '1e3' is invalid"],
    ['a capture without a file', ['capture', '--source', '$SOURCE'], "required option '--out <file>'"],
    ['a verification without a target', ['verify', '--manifest', 'x'], 'No restored database is named'],
    [
      'a manifest that is not there',
      ['verify', '--target', '$SOURCE', '--manifest', 'x'],
      'The manifest x could not be read',
    ],
    ['a report that is not there', ['report', 'x.json'], 'The report x.json could not be read'],
  ])('%s', async (_, args, message) => {
    const ended = await run(args);
    expect(await shapeOf(ended)).toEqual(REFUSED);
    expect(ended.err).toContain(message);
  });

  test.each<readonly [string, readonly string[], string]>([
    ['an unknown check, with the nearest one', ['--check', 'row-cuont'], 'Did you mean "row-count"?'],
    ['an unknown reporter, with the nearest one', ['--reporter', 'jnuit'], 'Did you mean "junit"?'],
    ['a reporter without a file', ['--reporter', 'junit='], 'lacks a name or a file'],
    ['two documents on standard output', ['--reporter', 'json', '--reporter', 'junit'], 'where json must be alone'],
    ['two reports in one file', ['--reporter', 'json=a', '--reporter', 'junit=./a'], 'Two reports would go to'],
    [
      'jobs that one process does',
      ['--format', 'tar', '--jobs', '2'],
      'The format tar is written and read by one process',
    ],
    ['a level that does not exist', ['--compress', '10'], 'compress'],
    ['an in-place drill without confirmation', ['--in-place'], 'To do so, add: --confirm source_'],
    ['an in-place drill of another name', ['--in-place', '--confirm', 'other'], 'it was confirmed for "other"'],
    ['a confirmation of nothing', ['--confirm', 'x'], '--confirm goes with --in-place'],
    [
      'in place and somewhere else',
      ['--in-place', '--confirm', 'x', '--target', 'scratch'],
      '--target cannot be given with it',
    ],
    [
      'a server for another target',
      ['--target', 'sandbox', '--target-server', 'x'],
      'is where a scratch database is made',
    ],
    ['a sandbox for another target', ['--sandbox', 'system'], '--target sandbox, which is not asked for'],
  ])('%s', async (_, args, message) => {
    const ended = await drill(args);
    expect(await shapeOf(ended)).toEqual(REFUSED);
    expect(ended.err).toContain(message);
  });

  test('without any command prints the help', async () => {
    const ended = await run([]);
    expect(ended).toMatchObject({ code: 2, out: '' });
    expect(ended.err).toContain('Examples:');
  });

  test('an unknown key of the config, with the nearest one', async () => {
    const cwd = newFolder({ 'pgdrill.config.json': '{ "sorce": "x" }' });
    const ended = await run(['run'], {}, cwd);
    expect(await shapeOf(ended)).toEqual(REFUSED);
    expect(ended.err).toContain('sorce: unknown key "sorce". Did you mean "source"?');
  });

  test.each([
    [
      'of the right kind without the rest',
      '{ "kind": "pgdrill-manifest", "schemaVersion": 1 }',
      'is damaged or was edited',
    ],
    ['no JSON at all', '{', 'could not be read'],
    ['a report', '{ "kind": "pgdrill-report", "schemaVersion": 1 }', 'is no manifest of pgdrill'],
    ['of a later version', '{ "kind": "pgdrill-manifest", "schemaVersion": 2 }', 'has schemaVersion 2'],
  ])('a malformed manifest: %s', async (_, content, message) => {
    const cwd = newFolder({ 'm.json': content });
    const ended = await run(['verify', '--target', '$SOURCE', '--manifest', 'm.json'], {}, cwd);
    expect(await shapeOf(ended)).toEqual(REFUSED);
    expect(ended.err).toContain(message);
  });

  test('a wrong argument is quoted without its password', async () => {
    const ended = await run([`--sorce=${source.url}`]);
    expect(ended).toMatchObject({ code: 2 });
    expect(ended.err).toContain(`${source.role}:***@`);
    expect(ended.err).not.toContain(source.password);
  });
});

describe('a target that is refused', () => {
  test.each([
    ['the source under another host name', (url: URL) => (url.hostname = 'localhost')],
    ['the source with another parameter', (url: URL) => url.searchParams.set('application_name', 'other')],
    ['the source as a string of keys', () => undefined],
  ])('%s', async (title, respell) => {
    const url = new URL(source.url);
    respell(url);
    const keys = `host=127.0.0.1 port=${url.port} dbname=${source.name} user=${source.role} password=${source.password}`;
    const target = title.includes('keys') ? keys : url.href;
    const ended = await drill(['--target', '$TARGET'], { TARGET: target });
    expect(await shapeOf(ended)).toEqual(REFUSED);
    expect(ended.err).toContain('is the source itself');
    expect(await source.sql('SELECT count(*) AS rows FROM public.audit_events')).toEqual([{ rows: '24' }]);
  });

  test('the source through its socket', async () => {
    const [row] = await query(testServerUrl(), 'SHOW unix_socket_directories');
    const folder = row?.['unix_socket_directories'] ?? '';
    const superuser = new URL(testServerUrl());
    superuser.pathname = `/${source.name}`;
    const socket = `host=${folder} port=${superuser.port} dbname=${source.name} user=${superuser.username}`;
    const args = ['run', '--source', '$SOURCE', '--target', '$TARGET'];
    const ended = await run(args, { SOURCE: superuser.href, TARGET: socket });
    expect(await shapeOf(ended)).toEqual(REFUSED);
    expect(ended.err).toContain('is the source itself');
  });

  test('a database that is not empty', async () => {
    const other = await source.createEmpty();
    await source.sql('CREATE TABLE precious (a int)', other);
    const ended = await drill(['--target', '$TARGET'], { TARGET: source.urlOf(other) });
    expect(await shapeOf(ended)).toEqual(REFUSED);
    expect(ended.err).toContain('is not empty');
    expect(await source.sql('SELECT count(*) AS tables FROM pg_tables WHERE schemaname = $$public$$', other)).toEqual([
      { tables: '1' },
    ]);
  });
});

describe('a place that cannot be written to', () => {
  test.each([
    ['a folder that cannot be made', ['--out', '/proc/none/reports']],
    ['a file that is a folder', ['--reporter', 'junit=.']],
    ['a file under a file', ['--reporter', 'junit=file/junit.xml']],
  ])('%s is found out before the drill', async (_, args) => {
    const ended = await drill(args, {}, newFolder({ file: '' }));
    expect(await shapeOf(ended)).toEqual(REFUSED);
    expect(ended.err).toContain('cannot be written');
    expect(ended.err).not.toContain('begins');
  });

  test('a refused drill leaves no report of an earlier one that could be taken for its own', async () => {
    const cwd = newFolder();
    expect(await drill(['--out', 'reports'], {}, cwd)).toMatchObject({ code: 0 });
    writeFileSync(join(cwd, 'reports/notes.txt'), 'mine');
    const ended = await drill(['--out', 'reports', '--target', '$TARGET'], { TARGET: source.url }, cwd);
    expect(await shapeOf(ended)).toEqual(REFUSED);
    expect(ended.err).toContain('is the source itself');
    expect(readdirSync(join(cwd, 'reports'))).toEqual(['notes.txt']);
    expect(readFileSync(join(cwd, 'reports/notes.txt'), 'utf8')).toBe('mine');
  });
});
