import { spawn, type ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Runs a TypeScript program on the runtime that runs the tests. */
export function runProgram(path: string, ...args: readonly string[]): ChildProcess {
  const flags =
    process.env['PGDRILL_TEST_RUNTIME'] === 'deno'
      ? ['run', '-A', '--conditions=@pgdrill/source']
      : ['-C', '@pgdrill/source'];
  return spawn(process.execPath, [...flags, path, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Command lines of all processes that name this text. */
export function commandsWith(text: string): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && name !== String(process.pid))
    .map(commandLine)
    .filter((command) => command.includes(text));
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  } catch {
    return '';
  }
}

/** Asks again until it holds, or the seconds are over; returns whether it does. */
export async function eventually(holds: () => boolean, seconds = 60): Promise<boolean> {
  const giveUp = Date.now() + seconds * 1000;
  while (!holds()) {
    if (Date.now() > giveUp) return false;
    await sleep(20);
  }
  return true;
}
