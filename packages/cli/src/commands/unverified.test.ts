import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { readReport } from '@pgdrill/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDrillDatabase, query, type DrillDatabase } from '../testing/drill-database.ts';
import { newFolder } from '../testing/folder.ts';
import { runCli, type Ended } from '../testing/run-cli.ts';
import { workloadOf } from '../testing/workload.ts';
import { testServerUrl } from '../../../sandbox/src/testing/test-database.ts';

let source: DrillDatabase;
beforeAll(async () => {
  source = await createDrillDatabase(workloadOf(24));
});
afterAll(() => source.drop());

const run = (args: readonly string[], env: Record<string, string> = {}, cwd = newFolder()): Promise<Ended> =>
  runCli(args, { cwd, env: { SOURCE: source.url, ...env } });

/** What must be the same whenever nothing could be verified. */
const shapeOf = async (ended: Ended): Promise<object> => ({
  code: ended.code,
  stack: /^\s+at .*\.[jt]s:/m.test(ended.out + ended.err),
  secret: [source.password, WRONG_PASSWORD].some((secret) => (ended.out + ended.err).includes(secret)),
  left: [...ended.leftFiles, ...ended.leftProcesses, ...(await source.leftDatabases())],
});
const UNVERIFIED = { code: 3, stack: false, secret: false, left: [] };
const WRONG_PASSWORD = 'wrong-secret';

/** All that was said, in one line: the text report wraps its own. */
const said = ({ out, err }: Ended): string => `${out}\n${err}`.replaceAll(/\s+/g, ' ');

/** A port of this machine where nobody listens. */
const closedPort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' ? (address?.port ?? 1) : 1));
    });
  });

const respelled = (change: (url: URL) => void): string => {
  const url = new URL(source.url);
  change(url);
  return url.href;
};

describe('exit status 3', () => {
  test('a server that is stopped', async () => {
    const port = await closedPort();
    const url = respelled((each) => (each.port = String(port)));
    const cwd = newFolder();
    const ended = await run(['run', '--source', '$SOURCE', '--out', 'reports'], { SOURCE: url }, cwd);
    expect(await shapeOf(ended)).toEqual(UNVERIFIED);
    expect(said(ended)).toMatch(/ECONNREFUSED.*Check host and port/);
    expect(ended.out.trimEnd().split('\n').at(-1)).toMatch(/UNVERIFIED/i);
    expect(await readReport(join(cwd, 'reports/report.json'))).toMatchObject({ exitCode: 3, verdict: 'unverified' });
    expect(readFileSync(join(cwd, 'reports/junit.xml'), 'utf8')).toContain('<error');
    const capture = await run(['capture', '--source', '$SOURCE', '--out', 'm.json'], { SOURCE: url });
    expect(await shapeOf(capture)).toEqual(UNVERIFIED);
    expect(said(capture)).toMatch(/ECONNREFUSED/);
  });

  test.each(['pg', 'postgres'])('a wrong password, by driver %s', async (driver) => {
    const url = respelled((each) => (each.password = WRONG_PASSWORD));
    const ended = await run(['run', '--source', '$SOURCE', '--driver', driver], { SOURCE: url });
    expect(await shapeOf(ended)).toEqual(UNVERIFIED);
    expect(said(ended)).toMatch(/password authentication failed.*Check the password/);
    const capture = await run(['capture', '--source', '$SOURCE', '--out', 'm.json', '--driver', driver], {
      SOURCE: url,
    });
    expect(await shapeOf(capture)).toEqual(UNVERIFIED);
    expect(said(capture)).toMatch(/^ ?(source: \S+ )?.*password authentication failed/);
    expect(capture.err.match(/^pgdrill: /gm)).toHaveLength(1);
  });

  test('a missing pg_dump', async () => {
    const cwd = newFolder({
      'empty/none': '',
      'pgdrill.config.json': '{ "backup": { "clientDirectory": "./empty" } }',
    });
    const ended = await run(['run', '--source', '$SOURCE'], {}, cwd);
    expect(await shapeOf(ended)).toEqual(UNVERIFIED);
    expect(said(ended)).toMatch(/No pg_dump that starts was found in \.\/empty: install/);
  });

  test('the reason on standard error where the text report is not read', async () => {
    const url = respelled((each) => (each.password = WRONG_PASSWORD));
    const ended = await run(['run', '--source', '$SOURCE', '--reporter', 'json'], { SOURCE: url });
    expect(await shapeOf(ended)).toEqual(UNVERIFIED);
    expect(said(ended)).toMatch(/password authentication failed/);
    expect(ended.err.match(/^pgdrill: .*password authentication failed/gm)).toHaveLength(1);
    expect(JSON.parse(ended.out)).toMatchObject({ exitCode: 3 });
  });

  test('nothing to judge', async () => {
    const empty = await source.createEmpty();
    const ended = await run(['run', '--source', '$SOURCE'], { SOURCE: source.urlOf(empty) });
    expect(await shapeOf(ended)).toEqual(UNVERIFIED);
    expect(said(ended)).toMatch(/UNVERIFIED/i);
  });

  test('a role that may not make a scratch database, with what to grant', async () => {
    await query(testServerUrl(), `ALTER ROLE ${source.role} NOCREATEDB`);
    try {
      const ended = await run(['run', '--source', '$SOURCE']);
      expect(await shapeOf(ended)).toEqual(UNVERIFIED);
      expect(said(ended)).toMatch(/ALTER ROLE "?drill_\w+"? CREATEDB/);
    } finally {
      await query(testServerUrl(), `ALTER ROLE ${source.role} CREATEDB`);
    }
  });

  test('a capture in which a check could not look, named; the manifest is written all the same', async () => {
    await query(testServerUrl().replace(/\/[^/]*$/, `/${source.name}`), 'CREATE TABLE public.closed (a int)');
    try {
      const cwd = newFolder();
      const ended = await run(['capture', '--source', '$SOURCE', '--out', 'm.json'], {}, cwd);
      expect(await shapeOf(ended)).toEqual(UNVERIFIED);
      expect(said(ended)).toMatch(/The check row-count could not read public\.closed: .*permission denied/);
      expect(readdirSync(cwd)).toEqual(['m.json']);
    } finally {
      await query(testServerUrl().replace(/\/[^/]*$/, `/${source.name}`), 'DROP TABLE public.closed');
    }
  });

  test('a defect of a plug-in that nobody waits for ends the drill in order, and is owned up to', async () => {
    const late = `export default { name: 'late', summary: 'Late', cost: 'none', judge: () => [], async observe() {
      setTimeout(() => { throw new Error('thrown too late'); }, 10);
      await new Promise((resolve) => setTimeout(resolve, 1000));
      return null;
    } };`;
    const cwd = newFolder({ 'late.mjs': late });
    const ended = await run(['run', '--source', '$SOURCE', '--check', './late.mjs'], {}, cwd);
    expect(await shapeOf(ended)).toEqual(UNVERIFIED);
    expect(said(ended)).toContain('pgdrill: thrown too late This is a defect of pgdrill or of a plug-in');
  });

  test('a defect in a backup method is owned up to, and its stack shown when debugging', async () => {
    const method = `export default { name: 'broken', summary: 'Broken', optionsSchema: {}, prepare: async () => ({}),
      backup: () => { throw new TypeError('x is not a function'); }, check() {}, restore() {} };`;
    const config = '{ "backup": { "method": "./broken.mjs" } }';
    const cwd = newFolder({ 'broken.mjs': method, 'pgdrill.config.json': config });
    const ended = await run(['run', '--source', '$SOURCE'], {}, cwd);
    expect(await shapeOf(ended)).toEqual(UNVERIFIED);
    expect(said(ended)).toContain('pgdrill: x is not a function This is a defect of pgdrill or of a plug-in');
    const debugged = await run(['run', '--source', '$SOURCE'], { PGDRILL_DEBUG: '1' }, cwd);
    expect(debugged.err).toMatch(/^\s+at .*broken\.mjs:2/m);
  });

  test('a reporter that fails does not keep the others from being written, and nobody reads a pass', async () => {
    const failing = `export default { name: 'failing', summary: '', fileName: 'failing.txt', render() { throw new Error('too much'); } };`;
    const cwd = newFolder({ 'failing.mjs': failing });
    const args = ['run', '--source', '$SOURCE', '--reporter', './failing.mjs', '--out', 'reports'];
    const ended = await run(args, {}, cwd);
    expect(await shapeOf(ended)).toEqual(UNVERIFIED);
    expect(said(ended)).toMatch(/The report of failing could not be written to \S+failing\.txt: too much/);
    expect(await readReport(join(cwd, 'reports/report.json'))).toMatchObject({ verdict: 'passed' });
  });
});
