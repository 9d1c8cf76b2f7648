import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';

/** One run of a program. */
export interface ProgramRun {
  readonly seconds: number;
  /** Peak resident memory of the program itself, without its children, in bytes; 0 where the system does not tell. */
  readonly peakBytes: number;
}

/** How to run a program. */
export interface ProgramOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Exit statuses that are as they should be; 0 alone unless given. */
  readonly expect?: readonly number[];
}

/** Runs a program to its end, and throws with what it wrote when it fails: a time of something that went wrong would be worth nothing. */
export async function run(command: string, args: readonly string[], options: ProgramOptions = {}): Promise<ProgramRun> {
  const started = performance.now();
  const child = spawn(command, args, { env: { ...process.env, ...options.env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const keep = (chunk: Buffer): void => {
    output = (output + chunk.toString()).slice(-4000);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  let peakBytes = 0;
  const watch = setInterval(() => {
    void peakOf(child.pid).then((bytes) => (peakBytes = Math.max(peakBytes, bytes)));
  }, WATCH_MS);
  const status = await new Promise<number | null>((resolve, reject) =>
    child.once('error', reject).once('close', resolve),
  );
  clearInterval(watch);
  const seconds = (performance.now() - started) / 1000;
  if (!(options.expect ?? [0]).includes(status ?? -1))
    throw new Error(`${command} ${args.join(' ')} ended with ${status}:\n${output}`);
  return { seconds, peakBytes };
}

/** Often enough for a peak that never falls, and seldom enough not to take part in what is timed: at 20 ms it cost a fiftieth of both processors. */
const WATCH_MS = 100;

/** Linux keeps the peak ("high water mark") of each process. */
async function peakOf(pid: number | undefined): Promise<number> {
  try {
    const status = await readFile(`/proc/${pid}/status`, 'utf8');
    return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

/** Times one piece of work, in seconds. */
export async function time(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}

/** The middle value. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? NaN)
    : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
}

/** Runs several contenders in turn, round by round, so that a machine that changes its speed changes it for all of them. */
export async function inTurn<Name extends string>(
  rounds: number,
  contenders: Readonly<Record<Name, () => Promise<number>>>,
): Promise<Readonly<Record<Name, readonly number[]>>> {
  const names = Object.keys(contenders) as Name[];
  const results = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (let round = 0; round < rounds; round += 1) {
    for (const name of names) {
      const seconds = await contenders[name]();
      results[name].push(seconds);
      process.stderr.write(`  round ${round + 1}: ${name} ${seconds.toFixed(2)} s\n`);
    }
  }
  return results;
}

/** The median of the ratios, pair by pair, with the extremes. */
export function ratio(left: readonly number[], right: readonly number[]): string {
  const ratios = left.map((value, index) => value / (right[index] ?? NaN));
  return `${median(ratios).toFixed(2)} (${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)})`;
}
