import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { commandsWith, eventually, runProgram } from '../testing/processes.ts';

const program = fileURLToPath(new URL('../fixtures/hold-server.ts', import.meta.url));

let parent: string;
let holder: ChildProcess | undefined;

beforeEach(() => {
  parent = mkdtempSync('/tmp/pgd-');
  // The server's account makes its directory here.
  chmodSync(parent, 0o777);
});

afterEach(async () => {
  if (holder?.exitCode === null) holder.kill('SIGKILL');
  await eventually(() => commandsWith(parent).length === 0);
  rmSync(parent, { recursive: true, force: true });
});

const hold = async (ending: string): Promise<{ readonly pid: number; readonly directory: string }> => {
  holder = runProgram(program, parent, ending);
  const [line] = (await once(createInterface({ input: holder.stdout as NodeJS.ReadableStream }), 'line')) as [string];
  return JSON.parse(line) as { readonly pid: number; readonly directory: string };
};

/** What is left of the server in the end: files, and processes by their command lines. */
const left = async (): Promise<readonly string[]> => {
  const all = (): readonly string[] => [...readdirSync(parent), ...commandsWith(parent)];
  await eventually(() => all().length === 0);
  return all();
};

describe('startServer, when its process ends', { timeout: 150_000 }, () => {
  test.each(['end', 'exit', 'throw'])('by %s, stops the server and removes its directory', async (ending) => {
    const { directory } = await hold(ending);
    expect(directory.startsWith(parent)).toBe(true);
    await once(holder as ChildProcess, 'close');
    expect(await left()).toEqual([]);
  });

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGKILL'] as const)(
    'by %s, stops the server and removes its directory',
    async (signal) => {
      const { pid, directory } = await hold('wait');
      expect(existsSync(join(directory, 'data', 'postmaster.pid'))).toBe(true);
      expect(commandsWith(parent).some((command) => command.includes('postgres'))).toBe(true);
      holder?.kill(signal);
      expect(await left()).toEqual([]);
      expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    },
  );

  test('by SIGKILL during initdb, removes the directory', async () => {
    holder = runProgram(program, parent, 'wait');
    expect(await eventually(() => commandsWith(parent).some((command) => command.includes('/initdb ')))).toBe(true);
    holder.kill('SIGKILL');
    expect(await left()).toEqual([]);
  });

  test('after keep, leaves the server alone until it is stopped, and then removes its directory', async () => {
    const { pid, directory } = await hold('keep');
    await once(holder as ChildProcess, 'close');
    // Longer than the supervisor takes to notice the end of its lifeline.
    expect(await eventually(() => !existsSync(directory), 0.5)).toBe(false);
    expect(process.kill(pid, 'SIGINT')).toBe(true);
    expect(await left()).toEqual([]);
  });
});
