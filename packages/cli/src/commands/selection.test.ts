import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Manifest, Report } from '@pgdrill/core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createDrillDatabase, type DrillDatabase } from '../testing/drill-database.ts';
import { newFolder } from '../testing/folder.ts';
import { runCli, type Ended } from '../testing/run-cli.ts';

let source: DrillDatabase;
let copy: string;
beforeAll(async () => {
  source = await createDrillDatabase();
  await source.sql('CREATE SCHEMA shop');
  for (const table of ['shop.orders', 'shop.items', 'public.access_log', 'public.users'])
    await source.sql(`CREATE TABLE ${table} AS SELECT n, n * 1.10 AS amount FROM generate_series(1, 50) AS n`);
  copy = `copy_of_${source.name}`;
});
afterAll(() => source.drop());
afterEach(() => source.sql(`DROP DATABASE IF EXISTS ${copy}`, 'postgres'));

/** A restore of everything, with this damage. */
const makeCopy = async (...damage: readonly string[]): Promise<void> => {
  await source.sql(`CREATE DATABASE ${copy} TEMPLATE ${source.name}`, 'postgres');
  for (const statement of damage) await source.sql(statement, copy);
};

const pgdrill = (cwd: string, ...args: readonly string[]): Promise<Ended> =>
  runCli(args, { cwd, env: { SOURCE: source.url, TARGET: source.urlOf(copy) } });

const reportOf = ({ out }: Ended): Report => JSON.parse(out) as Report;

const subjectsOf = ({ checks }: Report, check: string): readonly string[] | undefined =>
  checks.find(({ name }) => name === check)?.subjects.map(({ name }) => name);

describe('pgdrill run of some of the tables', () => {
  const drill = (...args: readonly string[]): Promise<Ended> =>
    pgdrill(newFolder(), 'run', '--source', '$SOURCE', '--reporter', 'json', ...args);

  test('backs up and compares what --table matches, in a schema that it makes', async () => {
    const ended = await drill('--table', 'shop.*', '--table', 'USERS');
    expect(ended).toMatchObject({ code: 0, leftFiles: [] });
    const report = reportOf(ended);
    const taken = ['public.users', 'shop.items', 'shop.orders'];
    expect([subjectsOf(report, 'row-count'), subjectsOf(report, 'content')]).toEqual([taken, taken]);
    expect(report.selection).toEqual({
      tables: ['shop.*', 'USERS'],
      excludeTables: [],
      leftOut: ['public.access_log'],
    });
    expect(report.log.map(({ text }) => text).join('\n')).toContain('the drill made the schemas');
  });

  test('leaves out what --exclude-table matches, and says so in the text report', async () => {
    const ended = await pgdrill(newFolder(), 'run', '--source', '$SOURCE', '--exclude-table', '*_log');
    expect(ended).toMatchObject({ code: 0 });
    expect(ended.out).toMatch(/tables +all · without \*_log · 1 table left out\n +without +public\.access_log\n/);
    expect(ended.out).toMatch(/PASSED .*1 table left out/);
  });

  test('takes the patterns of the config, and those of the options in their place', async () => {
    const config = JSON.stringify({ tables: ['users'], excludeTables: ['shop.items'], reporters: ['json'] });
    const cwd = newFolder({ 'pgdrill.config.json': config });
    const ended = await pgdrill(cwd, 'run', '--source', '$SOURCE', '--table', 'shop.*');
    expect(subjectsOf(reportOf(ended), 'row-count')).toEqual(['shop.orders']);
  });

  test.each<readonly [string, readonly string[], string]>([
    ['a pattern without a match', ['--table', 'nope'], '--table "nope" matches no table'],
    ['an empty pattern', ['--exclude-table', ''], '--exclude-table is empty'],
    [
      'some of the tables in place',
      ['--in-place', '--table', 'users'],
      'An in-place drill destroys the whole database',
    ],
  ])('refuses %s with status 2, before anything is made', async (_, args, message) => {
    const confirm = args.includes('--in-place') ? ['--confirm', source.name] : [];
    const ended = await drill(...args, ...confirm);
    expect(ended).toMatchObject({ code: 2, out: '', leftFiles: [] });
    expect(ended.err).toContain(message);
    expect(await source.leftDatabases()).toEqual([]);
  });

  test('refuses the same patterns as arguments of pg_dump alone', async () => {
    const config = JSON.stringify({ backup: { dumpArguments: ['-Tusers'] } });
    const ended = await pgdrill(newFolder({ 'pgdrill.config.json': config }), 'run', '--source', '$SOURCE');
    expect(ended).toMatchObject({ code: 2, out: '' });
    expect(ended.err).toContain('use its own --exclude-table');
  });
});

describe('pgdrill verify of some of the tables', () => {
  const capture = async (cwd: string, ...args: readonly string[]): Promise<Manifest> => {
    expect(await pgdrill(cwd, 'capture', '--source', '$SOURCE', '--out', 'm.json', ...args)).toMatchObject({ code: 0 });
    return JSON.parse(readFileSync(join(cwd, 'm.json'), 'utf8')) as Manifest;
  };
  const verify = (cwd: string, ...args: readonly string[]): Promise<Ended> =>
    pgdrill(cwd, 'verify', '--target', '$TARGET', '--manifest', 'm.json', '--reporter', 'json', ...args);

  test('asks the target for the tables of the manifest alone, without being told', async () => {
    const cwd = newFolder();
    const { selection } = await capture(cwd, '--table', 'shop.*', '--exclude-table', 'shop.items');
    expect(selection?.leftOut).toEqual(['public.access_log', 'public.users', 'shop.items']);
    await makeCopy('DELETE FROM users', 'DROP TABLE access_log', 'CREATE TABLE other (n int)');
    const ended = await verify(cwd);
    expect(ended).toMatchObject({ code: 0 });
    expect(subjectsOf(reportOf(ended), 'row-count')).toEqual(['shop.orders']);
    const leftOut = ['public.access_log', 'public.other', 'public.users', 'shop.items'];
    expect(reportOf(ended).selection?.leftOut).toEqual(leftOut);
  });

  test('finds what is missing, changed or too many among them', async () => {
    const cwd = newFolder();
    await capture(cwd, '--table', 'shop.*');
    await makeCopy(
      'DROP TABLE shop.items',
      'UPDATE shop.orders SET amount = 1 WHERE n = 7',
      'CREATE TABLE shop.new (n int)',
    );
    const ended = await verify(cwd);
    expect(ended.code).toBe(1);
    const codes = reportOf(ended).checks.flatMap(({ findings }) =>
      findings.map(({ code, subject }) => `${code} ${subject}`),
    );
    expect(codes).toEqual(
      expect.arrayContaining([
        'row-count/table-missing shop.items',
        'row-count/table-unexpected shop.new',
        'content/differs shop.orders',
      ]),
    );
  });

  test('looks for the names in the schemas of the source, wherever the target would', async () => {
    const cwd = newFolder();
    await capture(cwd, '--table', 'users');
    await makeCopy('CREATE TABLE shop.users (n int)');
    await source.sql(`ALTER DATABASE ${copy} SET search_path = shop`, 'postgres');
    const ended = await verify(cwd);
    expect(ended).toMatchObject({ code: 0 });
    expect(subjectsOf(reportOf(ended), 'row-count')).toEqual(['public.users']);
  });

  test('refuses other patterns than those of the manifest, and takes the same', async () => {
    const cwd = newFolder();
    await capture(cwd, '--table', 'shop.*');
    await makeCopy();
    const other = await verify(cwd, '--table', 'users');
    expect(other).toMatchObject({ code: 2, out: '' });
    expect(other.err).toContain(
      `The manifest holds other tables (--table 'shop.*') than are asked for (--table users)`,
    );
    expect(await verify(cwd, '--table', 'shop.*')).toMatchObject({ code: 0 });
  });

  test('refuses two manifests of different tables', async () => {
    const cwd = newFolder();
    await capture(cwd);
    await pgdrill(cwd, 'capture', '--source', '$SOURCE', '--out', 'part.json', '--exclude-table', 'users');
    const ended = await pgdrill(cwd, 'verify', '--target-manifest', 'part.json', '--manifest', 'm.json');
    expect(ended).toMatchObject({ code: 2, out: '' });
    expect(ended.err).toContain('The two manifests hold different tables (all tables; --exclude-table users)');
  });
});

test('pgdrill compare compares what the patterns match in the source', async () => {
  await makeCopy('DROP TABLE shop.items', 'DELETE FROM users');
  const args = [
    'compare',
    '--source',
    '$SOURCE',
    '--target',
    '$TARGET',
    '--reporter',
    'json',
    '--exclude-table',
    'users',
  ];
  const ended = await pgdrill(newFolder(), ...args);
  const report = reportOf(ended);
  expect(report.checks[0]?.findings.map(({ code, subject }) => [code, subject])).toEqual([
    ['row-count/table-missing', 'shop.items'],
  ]);
  const unmatched = await pgdrill(newFolder(), ...args, '--exclude-table', 'shop.none');
  expect(unmatched).toMatchObject({ code: 2, out: '' });
});
