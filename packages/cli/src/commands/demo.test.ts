import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readReport } from '@pgdrill/core';
import { describe, expect, test } from 'vitest';
import { newFolder } from '../testing/folder.ts';
import { runCli } from '../testing/run-cli.ts';

describe('pgdrill demo', () => {
  test.each([
    ['system', 'throwaway PostgreSQL'],
    ['pglite', 'PGlite'],
  ])('proves the whole loop on a %s server and leaves its reports and nothing else', async (kind, description) => {
    const cwd = newFolder();
    const ended = await runCli(['demo', '--sandbox', kind], { cwd, env: { PGHOST: 'no-such-host.invalid' } });
    expect(ended).toMatchObject({ code: 0, leftFiles: [], leftProcesses: [] });
    expect(ended.err).toContain(`Started a ${description}`);
    expect(ended.err).toContain('npx pgdrill run --source');
    expect(ended.out.trimEnd().split('\n').at(-1)).toContain('PASSED');
    expect(readdirSync(join(cwd, 'pgdrill-report')).toSorted()).toEqual([
      'junit.xml',
      'manifest-after.json',
      'manifest-before.json',
      'report.json',
    ]);
    const { checks } = await readReport(join(cwd, 'pgdrill-report/report.json'));
    const judged = Object.fromEntries(checks.map(({ name, verdict }) => [name, verdict]));
    // The four assertions that this project began with.
    expect(judged).toMatchObject({
      'row-count': 'passed',
      'head-hash': 'passed',
      'verify-chain': 'passed',
      'walked-count': 'passed',
    });
    expect(judged['append-only']).toBe('passed');
  });

  test('takes a server that there is, and so many rows', async () => {
    const cwd = newFolder({ 'pgdrill.config.json': '{ "source": "$NOT_SET", "checks": { "no-such": true } }' });
    const ended = await runCli(['demo', '--rows', '300'], { cwd });
    expect(ended).toMatchObject({ code: 0 });
    expect(ended.err).toContain('holds 300 rows of the reference chain');
  });

  test('works on a machine without any PostgreSQL program on PATH', async () => {
    const ended = await runCli(['demo', '--sandbox', 'pglite'], { cwd: newFolder(), env: { PATH: '/nonexistent' } });
    expect(ended).toMatchObject({ code: 0 });
  });
});
