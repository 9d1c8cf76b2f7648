import { VERSION } from '@pgdrill/core';
import { describe, expect, test } from 'vitest';
import { newFolder } from './testing/folder.ts';
import { runCli } from './testing/run-cli.ts';

describe('pgdrill', () => {
  test('--version prints the version', async () => {
    expect(await runCli(['--version'], { cwd: newFolder() })).toMatchObject({ code: 0, out: `${VERSION}\n`, err: '' });
  });

  test.each(['', 'run', 'capture', 'merge', 'verify', 'compare', 'demo', 'workload', 'report', 'checks'])(
    '%s --help shows options, and examples where there is something to say',
    async (command) => {
      const ended = await runCli([...(command === '' ? [] : [command]), '--help'], { cwd: newFolder() });
      expect(ended).toMatchObject({ code: 0, err: '' });
      expect(ended.out).toMatch(/^Options:$/m);
      expect(ended.out).toMatch(/pgdrill/);
    },
  );

  test('PGDRILL_DEBUG=1 shows where an error came from', async () => {
    const quiet = await runCli(['run'], { cwd: newFolder() });
    const loud = await runCli(['run'], { cwd: newFolder(), env: { PGDRILL_DEBUG: '1' } });
    expect(quiet.err).not.toMatch(/^\s+at /m);
    expect(loud.err).toMatch(/^\s+at /m);
  });
});
