import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openWritable } from '@pgdrill/core';
import { startSandbox } from '@pgdrill/sandbox';
import { serverUrl } from '../../packages/sandbox/src/testing/server-url.ts';
import { runCli } from '../../packages/cli/src/testing/run-cli.ts';

const majorOf = (tool: string): number =>
  Number(/ (\d+)/.exec(execFileSync(tool, ['--version'], { encoding: 'utf8' }))?.[1]);
const ownMajor = majorOf('pg_dump');

describe.each([16, 17, 18])('a server of PostgreSQL %i, which is newer than every pg_dump here', (major) => {
  it.skipIf(major <= ownMajor)('is neither dumped nor written to: what is needed is said', async () => {
    const sandbox = await startSandbox({
      tcp: true,
      kind: 'embedded',
      embedded: join(import.meta.dirname, '..', `${major}`),
      major,
    });
    const cwd = mkdtempSync(join(tmpdir(), 'pgdrill-versions-'));
    const db = await openWritable(sandbox.connection, 'pg');
    try {
      await db.query('CREATE TABLE public.t AS SELECT 1 AS n');
      for (const command of ['run', 'doctor']) {
        const ended = await runCli([command, '--source', '$SOURCE'], {
          cwd,
          env: { SOURCE: serverUrl(sandbox.connection) },
        });
        expect(ended).toMatchObject({ code: 3, leftFiles: [], leftProcesses: [] });
        const told = `${ended.out} ${ended.err}`.replaceAll(/\s+/g, ' ');
        expect(told).toContain(`only pg_dump ${major} or newer can dump: install postgresql-client-${major}`);
      }
      expect(await db.query(`SELECT datname FROM pg_database WHERE NOT datistemplate`)).toEqual([
        { datname: 'postgres' },
      ]);
    } finally {
      await db.close();
      await sandbox.close();
      rmSync(cwd, { recursive: true });
    }
  });
});
