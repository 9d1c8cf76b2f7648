import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readReport } from '@pgdrill/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDrillDatabase, type DrillDatabase } from './testing/drill-database.ts';
import { newFolder } from './testing/folder.ts';
import { runCli, type Ended } from './testing/run-cli.ts';
import { workloadOf } from './testing/workload.ts';

let source: DrillDatabase;
beforeAll(async () => {
  source = await createDrillDatabase(workloadOf(100_000));
});
afterAll(() => source.drop());

/** Sends the signal as soon as standard error tells that the phase begins, or when it is under way. */
const interrupt = async (
  phase: string,
  signal: NodeJS.Signals,
  args: readonly string[],
  cwd: string,
  delayMs = 0,
): Promise<Ended> => {
  let sent = false;
  return runCli(args, {
    cwd,
    env: { SOURCE: source.url },
    onError: (text, child) => {
      if (sent || !text.includes(`${phase} begins`)) return;
      sent = true;
      // Not child.kill: after that, Deno names the signal as the end even of a process that exited by itself.
      setTimeout(() => process.kill(child.pid ?? expect.fail('never started'), signal), delayMs);
    },
  });
};

const nothingLeft = async (ended: Ended): Promise<void> => {
  expect(ended.leftFiles).toEqual([]);
  expect(ended.leftProcesses).toEqual([]);
  expect(await source.leftDatabases()).toEqual([]);
  expect(await source.sql(sessions())).toEqual([{ sessions: '0' }]);
};

const sessions = (): string =>
  `SELECT count(*) AS sessions FROM pg_stat_activity WHERE usename = '${source.role}' AND pid <> pg_backend_pid()`;

const phases = ['open', 'capture-before', 'backup', 'check-archive', 'restore', 'capture-after'];
const cases = phases.flatMap((phase) => [['SIGINT', phase, 0] as const, ['SIGTERM', phase, 80] as const]);

describe('a signal', () => {
  test.each(cases)(
    '%s in the phase %s, after %d ms, ends the drill with its report and nothing left',
    async (signal, phase, delayMs) => {
      const cwd = newFolder();
      const ended = await interrupt(phase, signal, ['run', '--source', '$SOURCE', '--out', 'reports'], cwd, delayMs);
      expect(ended).toMatchObject({ code: 130 });
      expect(ended.err).toContain(`${signal}: stopping and cleaning up.`);
      expect(await readReport(join(cwd, 'reports/report.json'))).toMatchObject({
        exitCode: 130,
        verdict: 'unverified',
      });
      await nothingLeft(ended);
    },
  );

  test.each(['judge', 'close'])(
    'SIGTERM in the phase %s leaves nothing, and no pass that was not proven',
    async (phase) => {
      const cwd = newFolder();
      const ended = await interrupt(phase, 'SIGTERM', ['run', '--source', '$SOURCE', '--out', 'reports'], cwd);
      const { verdict } = await readReport(join(cwd, 'reports/report.json'));
      expect([ended.code, verdict]).toBeOneOf([
        [0, 'passed'],
        [130, 'unverified'],
      ]);
      await nothingLeft(ended);
    },
  );

  test('SIGHUP, as of a terminal that is closed, ends the drill in the same way', async () => {
    const ended = await interrupt('restore', 'SIGHUP', ['run', '--source', '$SOURCE'], newFolder());
    expect(ended).toMatchObject({ code: 130 });
    await nothingLeft(ended);
  });

  test('SIGTERM in the restore of an in-place drill keeps the archive, which may be the only copy', async () => {
    const own = await createDrillDatabase(workloadOf(100_000));
    try {
      let kept: readonly string[] = [];
      let sent = false;
      const ended = await runCli(['run', '--source', '$SOURCE', '--in-place', '--confirm', own.name], {
        cwd: newFolder(),
        env: { SOURCE: own.url },
        onError: (text, child) => {
          if (sent || !text.includes('restore begins')) return;
          sent = true;
          setTimeout(() => process.kill(child.pid ?? 0, 'SIGTERM'), 200);
        },
        onEnd: (temporary) => (kept = readdirSync(temporary, { recursive: true, encoding: 'utf8' })),
      });
      expect(ended).toMatchObject({ code: 130, leftProcesses: [] });
      expect(ended.out).toContain('The backup was kept');
      expect(kept.length).toBeGreaterThan(1);
    } finally {
      await own.drop();
    }
  });

  test('SIGINT in a capture leaves no manifest', async () => {
    const cwd = newFolder();
    const args = ['capture', '--source', '$SOURCE', '--out', 'm.json'];
    const ended = await interrupt('capture-before', 'SIGINT', args, cwd);
    expect(ended).toMatchObject({ code: 130 });
    expect(readdirSync(cwd)).toEqual([]);
    await nothingLeft(ended);
  });

  test('SIGINT in a load leaves the database empty', async () => {
    const database = await source.createEmpty();
    const env = { TARGET: source.urlOf(database) };
    let sent = false;
    const ended = await runCli(['workload', '--database', '$TARGET', '--rows', '200000'], {
      cwd: newFolder(),
      env,
      onError: (text, child) => {
        if (sent || !text.includes('load begins')) return;
        sent = true;
        setTimeout(() => process.kill(child.pid ?? 0, 'SIGINT'), 300);
      },
    });
    expect(ended).toMatchObject({ code: 130 });
    expect(await source.sql(`SELECT count(*) AS tables FROM pg_tables WHERE schemaname = 'public'`, database)).toEqual([
      { tables: '0' },
    ]);
    await nothingLeft(ended);
  });

  test('SIGINT in a demo removes the throwaway server', async () => {
    const ended = await interrupt('restore', 'SIGINT', ['demo', '--rows', '50000'], newFolder());
    expect(ended).toMatchObject({ code: 130, leftFiles: [], leftProcesses: [] });
  });

  test('an impatient second signal ends the program soon', async () => {
    let first = 0;
    const ended = await runCli(['run', '--source', '$SOURCE'], {
      cwd: newFolder(),
      env: { SOURCE: source.url },
      onError: (text, child) => {
        if (first > 0 || !text.includes('restore begins')) return;
        first = performance.now();
        const pid = child.pid ?? 0;
        process.kill(pid, 'SIGINT');
        void sleep(700).then(() => child.exitCode ?? process.kill(pid, 'SIGINT'));
      },
    });
    expect(ended).toMatchObject({ code: 130 });
    expect(performance.now() - first).toBeLessThan(10_000);
  });
});

test.each([
  [0, ['checks']],
  [2, ['run', '--check', 'no-such-check']],
])('a signal after the work changes nothing of its status, %d', async (code, args) => {
  const file = join(import.meta.dirname, 'testing/signal-at-the-end.ts');
  expect(await runCli(args, { cwd: newFolder(), file })).toMatchObject({ code });
});

test('a reader that goes away is no error', async () => {
  const ended = await runCli(['run', '--source', '$SOURCE', '--check', 'row-count'], {
    cwd: newFolder(),
    env: { SOURCE: source.url },
    onStart: (child) => child.stdout?.destroy(),
  });
  expect(ended).toMatchObject({ code: 0, out: '' });
  expect(ended.err).not.toContain('EPIPE');
});
