import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { env } from 'node:process';
import type { Readable } from 'node:stream';
import { CannotVerifyError, clientEnvironment, type ConnectionSettings, type LogLine } from '@pgdrill/core';
import { clientLog, type ClientLog } from './client-log.ts';
import type { ClientTool } from './find-clients.ts';
import { lifelineScript } from './lifeline-script.ts';
import { readPosition } from './read-position.ts';
import { splitLines } from './split-lines.ts';

/** One run of a client tool. */
export interface ClientRun {
  readonly tool: ClientTool;
  readonly arguments: readonly string[];
  /** What the tool connects to, by its environment alone; null for one that only reads files. */
  readonly connection: ConnectionSettings | null;
  readonly signal: AbortSignal;
  log(line: LogLine): void;
  /** Takes each line of standard output, which is thrown away otherwise. */
  output?(line: string): void;
  /** A file that the tool reads from beginning to end: its progress is told in bytes, where the system can tell it. */
  readonly reads?: { readonly path: string; progress(bytes: number): void };
}

/** How it ended. */
export interface ClientOutcome {
  /** 128 and more: ended by a signal that was not ours. */
  readonly status: number;
  readonly stderr: ClientLog;
}

/** How long a tool may take to end itself when it is told to. */
const GRACE_MS = 5000;

const PROGRESS_MS = 500;

/**
 * Runs a client tool to its end. Nothing of the connection is on its command line, where every user of the machine could read it.
 *
 * The tool and all of its workers are in a process group of their own: a Ctrl-C meant for us does not reach them before us, and an abort ends them all.
 *
 * @throws the signal's reason when it was aborted, once nothing of the tool runs any more; CannotVerifyError when the tool cannot be started
 */
export async function runClient(run: ClientRun): Promise<ClientOutcome> {
  run.signal.throwIfAborted();
  const child = spawn('/bin/sh', ['-c', lifelineScript, 'pgdrill-client', run.tool.path, ...run.arguments], {
    detached: true,
    stdio: ['pipe', run.output === undefined ? 'ignore' : 'pipe', 'pipe'],
    env: clientVariables(run.connection),
  });
  // The lifeline breaks when the tool ends first, which is no error.
  child.stdin?.on('error', () => {});
  const secrets = run.connection?.password === undefined ? [] : [run.connection.password];
  const stderr = clientLog(run.tool.name, secrets, run.log);
  const release = endOnAbort(child, run.signal);
  const unwatch = watchReading(child, run.reads);
  try {
    const [[code]] = await Promise.all([
      once(child, 'close') as Promise<[number | null]>,
      splitLines(child.stderr as Readable, (line) => stderr.add(line)),
      run.output === undefined ? undefined : splitLines(child.stdout as Readable, run.output),
    ]);
    run.signal.throwIfAborted();
    return { status: code ?? 128, stderr };
  } catch (error) {
    run.signal.throwIfAborted();
    throw new CannotVerifyError(
      `Starting ${run.tool.path} failed: ${String(error)}. It needs a POSIX shell at /bin/sh, and free processes and file handles.`,
      { cause: error },
    );
  } finally {
    release();
    unwatch();
    child.stdin?.destroy();
  }
}

/** LC_ALL makes the tools' own messages English, which is what tells an error from a warning. */
function clientVariables(connection: ConnectionSettings | null): Record<string, string | undefined> {
  const variables = connection === null ? env : clientEnvironment(connection, env);
  return { ...variables, LC_ALL: 'C', LANGUAGE: 'C' };
}

function endOnAbort(child: ChildProcess, signal: AbortSignal): () => void {
  let timer: NodeJS.Timeout | undefined;
  const end = (): void => {
    killGroup(child, 'SIGTERM');
    timer = setTimeout(() => killGroup(child, 'SIGKILL'), GRACE_MS);
  };
  signal.addEventListener('abort', end, { once: true });
  return () => {
    clearTimeout(timer);
    signal.removeEventListener('abort', end);
  };
}

function watchReading({ pid }: ChildProcess, reads: ClientRun['reads']): () => void {
  if (reads === undefined || pid === undefined) return () => {};
  const tell = async (): Promise<void> => {
    const position = await readPosition(pid, reads.path);
    if (position !== null) reads.progress(position);
  };
  const timer = setInterval(() => void tell(), PROGRESS_MS);
  return () => clearInterval(timer);
}

function killGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // Nobody is left in the group.
  }
}
