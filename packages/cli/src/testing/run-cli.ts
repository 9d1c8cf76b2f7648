import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const main = join(import.meta.dirname, '..', 'main.ts');
/** Where Node keeps the sources compiled, without their types: making them takes a third of a start. */
const compiled = join(import.meta.dirname, '../../../../node_modules/.cache/pgdrill-tests');
const onDeno = 'deno' in process.versions;
const runtimeOptions = onDeno ? ['run', '--quiet', '-A', '--conditions=@pgdrill/source'] : ['-C', '@pgdrill/source'];

/** How a run of the program ended. */
export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
  /** Files and folders left in the folder for temporary files. */
  readonly leftFiles: readonly string[];
  /** Command lines of processes that outlived it. */
  readonly leftProcesses: readonly string[];
  /** Command lines that were seen meanwhile, where that was asked for. */
  readonly seenArguments: readonly string[];
}

/** What a run is given besides its arguments. */
export interface RunOptions {
  readonly cwd: string;
  /** Variables besides PATH and HOME; undefined takes one away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Called with all of standard error so far, whenever some more has come. */
  readonly onError?: (text: string, child: ChildProcess) => void;
  /** Called with the folder for temporary files, once the program has ended and before they are removed. */
  readonly onEnd?: (temporary: string) => void;
  /** A file that is run instead of the program's own. */
  readonly file?: string;
  /** Look at the arguments of all its processes, many times while it runs. */
  readonly watchArguments?: boolean;
  /** Called with the child, to close its streams and the like. */
  readonly onStart?: (child: ChildProcess) => void;
}

/** Runs the program in the runtime that runs this test, as a process of its own, with a folder for its temporary files. */
export async function runCli(args: readonly string[], options: RunOptions): Promise<Ended> {
  const temporary = mkdtempSync(join(tmpdir(), 'cli-test-'));
  try {
    const child = spawn(process.execPath, [...runtimeOptions, options.file ?? main, ...args], {
      cwd: options.cwd,
      env: environment(temporary, options.env ?? {}),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    options.onStart?.(child);
    let out = '';
    let err = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      err += text;
      options.onError?.(err, child);
    });
    const seen = new Set<string>();
    const look = (): void => processesOf(temporary).forEach((line) => seen.add(line));
    const watch = options.watchArguments === true ? setInterval(look, 20) : undefined;
    const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
    clearInterval(watch);
    options.onEnd?.(temporary);
    const leftFiles = readdirSync(temporary);
    return { code, out, err, leftFiles, leftProcesses: processesOf(temporary), seenArguments: [...seen] };
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

/** Every process whose environment or arguments name the folder: the program, and all that it started. */
function processesOf(temporary: string): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => read(pid, 'environ').includes(temporary) || read(pid, 'cmdline').includes(temporary))
    .map((pid) => read(pid, 'cmdline').replaceAll('\0', ' '));
}

function read(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1');
  } catch {
    return '';
  }
}

function environment(temporary: string, given: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const { PATH, HOME, DENO_DIR } = process.env;
  const all = { PATH, HOME, DENO_DIR, TMPDIR: temporary, NODE_COMPILE_CACHE: compiled, NO_COLOR: '1', ...given };
  return Object.fromEntries(Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined));
}
