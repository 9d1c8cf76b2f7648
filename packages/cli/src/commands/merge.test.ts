import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openSnapshot, resolveConnection, type SnapshotSession } from '@pgdrill/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDrillDatabase, type DrillDatabase } from '../testing/drill-database.ts';
import { newFolder } from '../testing/folder.ts';
import { runCli, type Ended } from '../testing/run-cli.ts';
import { workloadOf } from '../testing/workload.ts';

/** A check that cannot read any row. */
const BROKEN = `export default {
  name: 'broken', summary: 'Divides by zero', cost: 'nothing',
  measure: () => ({ x: { sql: 'sum(1/0)', merge: 'sum' } }), judge: () => [],
};`;

let source: DrillDatabase;
let holder: SnapshotSession;
let snapshot: string;
/** Shards of one capture by name, and the whole. */
let files: Readonly<Record<'1.json' | '2.json' | '3.json' | 'whole.json', string>>;
beforeAll(async () => {
  source = await createDrillDatabase(workloadOf(24));
  await source.sql(
    `CREATE TABLE wide AS SELECT n, now() AS at, repeat('x', 500) AS t FROM generate_series(1, 9000) AS n`,
  );
  holder = await openSnapshot({ connection: resolveConnection(source.url, {}), driver: 'pg' });
  snapshot = holder.snapshotId ?? '';
  const text = async (...args: readonly string[]): Promise<string> => {
    const ended = await capture(...args);
    expect(ended).toMatchObject({ code: 0 });
    return ended.out;
  };
  files = {
    '1.json': await text('--shard', '1/3'),
    '2.json': await text('--shard', '2/3', '--driver', 'postgres'),
    '3.json': await text('--shard', '3/3'),
    'whole.json': await text(),
  };
});
afterAll(async () => {
  await holder.close();
  await source.drop();
});

const env = (): Record<string, string> => ({ SOURCE: source.url });
const run = (cwd: string, ...args: readonly string[]): Promise<Ended> => runCli(args, { cwd, env: env() });

function capture(...args: readonly string[]): Promise<Ended> {
  const all = ['capture', '--source', '$SOURCE', '--snapshot', snapshot, '--out', '-', ...args];
  return runCli(all, { cwd: import.meta.dirname, env: env() });
}

const withoutTimes = (text: string): string => text.replaceAll(/^  "(capturedAt|seconds)": .*$/gm, '');
const REFUSED = { code: 2, out: '' };

describe('pgdrill merge', () => {
  test('writes, byte for byte but for its times, what one capture of the same snapshot writes', async () => {
    const cwd = newFolder(files);
    const ended = await run(cwd, 'merge', '3.json', '1.json', '2.json', '--out', 'merged.json');
    expect(ended).toMatchObject({ code: 0, out: '' });
    expect(ended.err).toMatch(/merged\.json: 3 tables, \d\d checks, merged of 3 shards/);
    const merged = readFileSync(join(cwd, 'merged.json'), 'utf8');
    expect(withoutTimes(merged)).toBe(withoutTimes(files['whole.json']));
    expect(withoutTimes(merged)).not.toBe(merged);
    const piped = await run(cwd, 'merge', '1.json', '2.json', '3.json', '--out', '-');
    expect(piped).toMatchObject({ code: 0, out: merged });
  });

  test('the merged manifest passes against a healthy database and finds damage', async () => {
    const cwd = newFolder(files);
    expect(await run(cwd, 'merge', '1.json', '2.json', '3.json', '--out', 'm.json')).toMatchObject({ code: 0 });
    const verify = ['verify', '--target', '$SOURCE', '--manifest', 'm.json'];
    expect(await run(cwd, ...verify)).toMatchObject({ code: 0 });
    await source.sql('UPDATE wide SET n = -n WHERE n = 4711');
    const ended = await run(cwd, ...verify);
    await source.sql('UPDATE wide SET n = -n WHERE n = -4711');
    expect(ended).toMatchObject({ code: 1 });
    expect(ended.out).toContain('content/differs');
  });

  test.each(['--manifest', '--target-manifest'])('a shard alone is refused as %s of verify', async (option) => {
    const other = option === '--manifest' ? '--target-manifest' : '--manifest';
    const ended = await run(newFolder(files), 'verify', option, '1.json', other, 'whole.json');
    expect(ended).toMatchObject(REFUSED);
    expect(ended.err).toContain('A shard proves nothing by itself: make a manifest of all of them with pgdrill merge.');
  });

  test.each<readonly [string, readonly string[], string]>([
    ['a missing shard', ['1.json', '3.json'], 'Of 3 shards, one is missing: number 2.'],
    ['a shard twice', ['1.json', '2.json', '3.json', '2.json'], 'Shard 2 of 3 is given twice'],
    ['an empty file', ['1.json', '2.json', 'empty.json'], 'empty.json could not be read: it is empty'],
    ['a shard that was edited', ['1.json', '2.json', 'edited.json'], 'edited.json was damaged or edited'],
    ['a whole manifest', ['whole.json'], 'whole.json is no shard of pgdrill'],
    ['no shard at all', [], "missing required argument 'shards'"],
  ])('refuses %s with status 2', async (_, shards, message) => {
    const third = files['3.json'];
    const cwd = newFolder({
      ...files,
      'empty.json': '',
      'edited.json': third.replace(/"rows": "(\d+)"/, '"rows": "1$1"'),
    });
    const ended = await run(cwd, 'merge', ...shards, '--out', '-');
    expect(ended).toMatchObject(REFUSED);
    expect(ended.err).toContain(message);
    expect(ended.err.match(/^(pgdrill|error):/gm)).toHaveLength(1);
  });

  test('does not overwrite a shard', async () => {
    const cwd = newFolder(files);
    const ended = await run(cwd, 'merge', '1.json', '2.json', '3.json', '--out', './2.json');
    expect(ended).toMatchObject(REFUSED);
    expect(ended.err).toContain('--out ./2.json is one of the shards');
    expect(readFileSync(join(cwd, '2.json'), 'utf8')).toBe(files['2.json']);
  });

  test('ends with status 3 when a check could not look, as capture does', async () => {
    const cwd = newFolder({ 'broken.mjs': BROKEN });
    const args = ['--source', '$SOURCE', '--snapshot', snapshot, '--check', './broken.mjs'];
    for (const index of [1, 2]) {
      const ended = await run(cwd, 'capture', ...args, '--shard', `${index}/2`, '--out', `${index}.json`);
      expect(ended).toMatchObject({ code: 3 });
    }
    const ended = await run(cwd, 'merge', '1.json', '2.json', '--out', 'm.json');
    expect(ended).toMatchObject({ code: 3 });
    expect(ended.err).toMatch(/The check broken could not read public\.wide: .*division by zero/);
  });
});

describe('pgdrill capture --shard', () => {
  test.each<readonly [string, readonly string[], string]>([
    ['a shard without a snapshot', ['--shard', '1/2'], '--shard needs --snapshot ID'],
    ['an empty snapshot', ['--shard', '1/2', '--snapshot', ''], '--snapshot is empty'],
    ['what cannot be a snapshot', ['--snapshot', "x'; --"], 'cannot be one'],
    ['the fourth of three', ['--shard', '4/3', '--snapshot', '0-1-1'], 'It must be such as 2/3'],
    ['no fraction', ['--shard', '2', '--snapshot', '0-1-1'], 'It must be such as 2/3'],
  ])('refuses %s with status 2', async (_, args, message) => {
    const cwd = newFolder();
    const ended = await run(cwd, 'capture', '--source', '$SOURCE', '--out', 'm.json', ...args);
    expect(ended).toMatchObject(REFUSED);
    expect(ended.err).toContain(message);
  });

  test('a snapshot whose session is gone: status 3, what to do, and no file', async () => {
    const gone = await openSnapshot({ connection: resolveConnection(source.url, {}), driver: 'pg' });
    const id = gone.snapshotId ?? '';
    await gone.close();
    const cwd = newFolder();
    const args = ['capture', '--source', '$SOURCE', '--snapshot', id, '--shard', '1/2', '--out', 'm.json'];
    const ended = await run(cwd, ...args);
    expect(ended).toMatchObject({ code: 3, out: '' });
    expect(ended.err).toContain(`The snapshot ${id} cannot be joined there`);
    expect(() => readFileSync(join(cwd, 'm.json'))).toThrow('ENOENT');
  });

  test('says which part it wrote', async () => {
    const cwd = newFolder();
    const args = ['--snapshot', snapshot, '--shard', '2/3', '--check', 'row-count', '--out', 'm.json'];
    const ended = await run(cwd, 'capture', '--source', '$SOURCE', ...args);
    expect(ended).toMatchObject({ code: 0 });
    expect(ended.err).toMatch(/m\.json: shard 2 of 3, 3 tables, 1 checks, read in [\d.]+ s/);
  });
});
