import { readFileSync, symlinkSync, lstatSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDrillDatabase, type DrillDatabase } from '../testing/drill-database.ts';
import { newFolder } from '../testing/folder.ts';
import { runCli, type Ended } from '../testing/run-cli.ts';
import { workloadOf } from '../testing/workload.ts';

let source: DrillDatabase;
let report: string;
beforeAll(async () => {
  source = await createDrillDatabase(workloadOf(24));
  const unreachable = source.url.replace(source.password, 'wrong');
  const args = ['run', '--source', '$SOURCE', '--reporter', 'json'];
  report = (await runCli(args, { cwd: import.meta.dirname, env: { SOURCE: unreachable } })).out;
});
afterAll(() => source.drop());

describe('pgdrill report', () => {
  const render = (cwd: string, ...args: readonly string[]): Promise<Ended> =>
    runCli(['report', 'report.json', ...args], { cwd });

  test('renders text unless told otherwise, with status 0 for a report of 3', async () => {
    const ended = await render(newFolder({ 'report.json': report }));
    expect(ended).toMatchObject({ code: 0, err: '' });
    expect(ended.out).toContain('exit status 3');
  });

  test('renders what is named, to files and standard output, and nothing else', async () => {
    const cwd = newFolder({ 'report.json': report });
    const ended = await render(cwd, '--reporter', 'junit=junit.xml', '--reporter', 'json=again.json');
    expect(ended).toMatchObject({ code: 0, out: '' });
    expect(readFileSync(join(cwd, 'junit.xml'), 'utf8')).toContain('<error');
    expect(readFileSync(join(cwd, 'again.json'), 'utf8')).toBe(report);
  });

  test('takes the options of a reporter from the config', async () => {
    const config = { reporters: [{ name: 'junit', options: { profile: 'strict' } }] };
    const cwd = newFolder({ 'report.json': report, 'pgdrill.config.json': JSON.stringify(config) });
    const ended = await render(cwd, '--reporter', 'junit');
    expect(ended.out).toMatch(/<testsuites>/);
    expect((await render(newFolder({ 'report.json': report }), '--reporter', 'junit')).out).toMatch(/<testsuites \w/);
  });

  test('writes to a device as it is', async () => {
    const ended = await render(newFolder({ 'report.json': report }), '--reporter', 'json=/dev/null');
    expect(ended).toMatchObject({ code: 0 });
    expect(lstatSync('/dev/null').isCharacterDevice()).toBe(true);
  });

  test('writes through a link to where it leads', async () => {
    const cwd = newFolder({ 'report.json': report, 'kept/there.xml': '' });
    symlinkSync('kept/there.xml', join(cwd, 'link.xml'));
    expect(await render(cwd, '--reporter', 'junit=link.xml')).toMatchObject({ code: 0 });
    expect(lstatSync(join(cwd, 'link.xml')).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(cwd, 'kept/there.xml'), 'utf8')).toContain('<testsuites');
  });
});
