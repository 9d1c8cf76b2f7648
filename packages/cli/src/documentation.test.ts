import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pgDump } from '@pgdrill/backups';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDrillDatabase, type DrillDatabase } from './testing/drill-database.ts';
import { newFolder } from './testing/folder.ts';
import { runCli, type Ended } from './testing/run-cli.ts';
import { workloadOf } from './testing/workload.ts';

const root = join(import.meta.dirname, '../../..');
const page = (name: string): string => readFileSync(join(root, name), 'utf8');

/** The blocks of TypeScript that begin with their file's name. */
const examplesIn = (name: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...page(name).matchAll(/^```ts\n\/\/ (\S+\.ts)\n([\s\S]*?)^```$/gm)].map(([, file = '', code = '']) => [
      file,
      code,
    ]),
  );
const examples = { ...examplesIn('README.md'), ...examplesIn('docs/plugins.md') };
const names = ['actors.ts', 'one-line.ts', 'balance.ts', 'findings.ts'];

/** A folder as a user's own, where @pgdrill/core is installed. */
const projectWith = (files: Readonly<Record<string, string>>): string => {
  const folder = newFolder({ 'package.json': '{ "type": "module", "private": true }', ...files });
  mkdirSync(join(folder, 'node_modules/@pgdrill'), { recursive: true });
  symlinkSync(join(root, 'packages/core'), join(folder, 'node_modules/@pgdrill/core'));
  return folder;
};

let source: DrillDatabase;
beforeAll(async () => {
  source = await createDrillDatabase(workloadOf(24));
  await source.sql('CREATE TABLE public.ledger (id int PRIMARY KEY, amount numeric(10, 2))');
  await source.sql('INSERT INTO public.ledger VALUES (1, 10.10), (2, -3.25)');
});
afterAll(() => source.drop());

const run = (cwd: string, ...args: readonly string[]): Promise<Ended> =>
  runCli(args, { cwd, env: { SOURCE: source.url } });

describe('the examples of README.md and docs/plugins.md', () => {
  test('are all there, each under 30 lines', () => {
    expect(Object.keys(examples).toSorted()).toEqual(names.toSorted());
    for (const code of Object.values(examples)) expect(code.trimEnd().split('\n').length).toBeLessThan(30);
  });

  test('compile under strict rules', () => {
    const options = { ...STRICT, types: ['node'], typeRoots: [join(root, 'node_modules/@types')] };
    const folder = projectWith({
      ...examples,
      'pgdrill.config.ts': examplesIn('docs/config.md')['pgdrill.config.ts'] ?? '',
      'tsconfig.json': JSON.stringify({ compilerOptions: options, include: ['*.ts'] }),
    });
    const node = join(dirname(createRequire(import.meta.url).resolve('node/package.json')), 'bin/node');
    const compiled = spawnSync(node, [join(root, 'node_modules/.bin/tsc'), '-p', folder], { encoding: 'utf8' });
    expect(compiled.stdout).toBe('');
    expect(compiled.status).toBe(0);
  });

  test('the checks pass on a healthy drill, by path', async () => {
    const config = { checks: { './balance.ts': { table: 'public.ledger', column: 'amount' } } };
    const cwd = projectWith({ ...examples, 'pgdrill.config.json': JSON.stringify(config) });
    const ended = await run(cwd, 'run', '--source', '$SOURCE', '--check', './actors.ts', '--check', 'balance');
    expect(ended).toMatchObject({ code: 0 });
    expect(ended.out).toMatch(/✓ passed +actors[\s\S]*✓ passed +balance/);
  });

  test('the checks fail on a damaged restore, under their codes, with status 1', async () => {
    const config = { checks: { './actors.ts': true, './balance.ts': { table: 'public.ledger', column: 'amount' } } };
    const cwd = projectWith({ ...examples, 'pgdrill.config.json': JSON.stringify(config) });
    expect(await run(cwd, 'capture', '--source', '$SOURCE', '--out', 'm.json')).toMatchObject({ code: 0 });
    await source.sql('UPDATE public.ledger SET amount = 10.11 WHERE id = 1');
    await source.sql('ALTER TABLE public.audit_events DISABLE TRIGGER USER');
    await source.sql(`UPDATE public.audit_events SET actor = 'nobody'`);
    const ended = await run(
      cwd,
      'verify',
      '--target',
      '$SOURCE',
      '--manifest',
      'm.json',
      '--reporter',
      './findings.ts',
    );
    expect(ended).toMatchObject({ code: 1 });
    expect(ended.out).toContain('actors,actors/differs,error,public.audit_events\n');
    expect(ended.out).toContain('balance,balance/differs,error,public.ledger\n');
  });

  test('the reporters write to standard output, to a file, and into the folder for reports', async () => {
    const config = { reporters: [{ name: './findings.ts', options: { separator: ';' } }, './one-line.ts'], out: 'all' };
    const cwd = projectWith({ ...examples, 'pgdrill.config.json': JSON.stringify(config) });
    const named = ['--reporter', './one-line.ts=chat.txt', '--check', 'row-count', '--out', 'named'];
    expect(await run(cwd, 'run', '--source', '$SOURCE', ...named)).toMatchObject({ code: 0 });
    expect(readFileSync(join(cwd, 'chat.txt'), 'utf8')).toMatch(/^Restore drill of .*: passed, in [\d.]+ s\n$/);
    expect(await run(cwd, 'run', '--source', '$SOURCE', '--check', 'row-count')).toMatchObject({ code: 0 });
    expect(readFileSync(join(cwd, 'all/findings.csv'), 'utf8')).toBe('check;code;severity;subject\n');
    expect(readFileSync(join(cwd, 'all/one-line.txt'), 'utf8')).toMatch(/^Restore drill of /);
  });

  test('load by a config in TypeScript', async () => {
    const config = `import { defineConfig } from '@pgdrill/core';
      const checks: Record<string, boolean> = { './actors.ts': true };
      export default defineConfig({ source: '$SOURCE', checks, reporters: ['./one-line.ts'] });`;
    const ended = await run(projectWith({ ...examples, 'pgdrill.config.ts': config }), 'run', '--check', 'actors');
    expect(ended).toMatchObject({ code: 0 });
    expect(ended.out).toMatch(/^Restore drill of .*: passed, in [\d.]+ s\n$/);
  });

  test('load by the name of an installed package too', async () => {
    const javascript = (name: string): string => (examples[name] ?? '').replace('<number>', '');
    const manifest = (name: string): string => JSON.stringify({ name, type: 'module', exports: './index.js' });
    const cwd = projectWith({
      'node_modules/pgdrill-check-actors/package.json': manifest('pgdrill-check-actors'),
      'node_modules/pgdrill-check-actors/index.js': javascript('actors.ts'),
      'node_modules/@team/one-line/package.json': manifest('@team/one-line'),
      'node_modules/@team/one-line/index.js': javascript('one-line.ts'),
    });
    const plugins = ['--check', 'pgdrill-check-actors', '--reporter', '@team/one-line'];
    const ended = await run(cwd, 'run', '--source', '$SOURCE', ...plugins);
    expect(ended).toMatchObject({ code: 0 });
    expect(ended.out).toMatch(/^Restore drill of .*: passed, in [\d.]+ s\n$/);
  });
});

test('README.md shows what the demo prints', async () => {
  const { out } = await run(newFolder(), 'demo', '--sandbox', 'system');
  const [, shown = ''] = /^```text\n([\s\S]*?)^```$/m.exec(page('README.md')) ?? [];
  const lines = shown.split('\n').filter((line) => line !== '');
  expect(lines.length).toBeGreaterThan(10);
  expect(lines.filter((line) => !out.split('\n').includes(line))).toEqual([]);
});

describe('docs/config.md', () => {
  const text = page('docs/config.md');

  test('has every key of the config', () => {
    const { properties } = JSON.parse(page('packages/core/src/schemas/config.schema.json')) as { properties: object };
    const keys = Object.keys(properties).filter((key) => key !== '$schema');
    expect(keys.filter((key) => !new RegExp(`^\\| \`${key}\` +\\|`, 'm').test(text))).toEqual([]);
  });

  test('has every option of pg_dump', () => {
    const { properties } = pgDump.optionsSchema as { readonly properties: object };
    expect(Object.keys(properties).filter((key) => !new RegExp(`^\\| \`${key}\` +\\|`, 'm').test(text))).toEqual([]);
  });
});

describe('docs/cli.md', () => {
  const text = page('docs/cli.md');

  test.each([
    'run',
    'doctor',
    'capture',
    'merge',
    'verify',
    'compare',
    'demo',
    'workload',
    'report',
    'chain detect',
    'checks',
  ])('has every option of %s', async (command) => {
    const { out } = await run(newFolder(), ...command.split(' '), '--help');
    const options = [...out.matchAll(/^ +(?:-\w, )?(--[a-z-]+)/gm)].map(([, option = '']) => option);
    expect(options.length).toBeGreaterThan(0);
    expect(options.filter((option) => option !== '--help' && !text.includes(option))).toEqual([]);
  });
});

const STRICT = {
  target: 'es2023',
  lib: ['es2024'],
  module: 'nodenext',
  moduleResolution: 'nodenext',
  customConditions: ['@pgdrill/source'],
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  noPropertyAccessFromIndexSignature: true,
  verbatimModuleSyntax: true,
  erasableSyntaxOnly: true,
  allowImportingTsExtensions: true,
  resolveJsonModule: true,
  skipLibCheck: true,
  noEmit: true,
};
