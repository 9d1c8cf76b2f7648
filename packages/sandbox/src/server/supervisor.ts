import { spawn } from 'node:child_process';
import type { Account } from './account.ts';
import type { ServerBinaries } from './binaries.ts';
import { supervisorScript } from './supervisor-script.ts';

/** What a supervisor is to set up. */
export interface SupervisorOrder {
  readonly binaries: ServerBinaries;
  /** The directory to make; it must not exist. */
  readonly directory: string;
  /** Lines for postgresql.conf. */
  readonly configuration: string;
  readonly password: string;
  /** Whom to run as; null for ourselves. */
  readonly account: Account | null;
}

/** The shell process that owns one throwaway server: see `supervisorScript`. */
export interface Supervisor {
  /** True once it has stopped the server and removed the directory, or has failed to start. */
  readonly hasEnded: () => boolean;
  /** What it said: empty unless something failed. */
  readonly output: () => string;
  /** Cuts the lifeline, and waits until the server and its directory are gone. */
  readonly end: () => Promise<void>;
  /** Lets go of the server. */
  readonly keep: () => Promise<void>;
}

/** Node's and Deno's pipes to a child are sockets that may hold the process open; the stream types do not say so. */
interface Holding {
  ref?(): unknown;
  unref?(): unknown;
}

/** Starts the supervisor. It never holds our process open: when that ends, the lifeline breaks, and the supervisor cleans up. */
export function launchSupervisor(order: SupervisorOrder): Supervisor {
  const child = spawn(
    '/bin/sh',
    ['-c', supervisorScript, 'pgdrill-sandbox', order.directory, order.binaries.directory, 'C.UTF-8'],
    {
      cwd: '/',
      // A session of its own, or Ctrl+C in the terminal would reach the server while a drill still cleans up.
      detached: true,
      stdio: ['pipe', 'pipe', 'ignore'],
      env: environment(order),
      ...(order.account === null ? {} : { uid: order.account.uid, gid: order.account.gid }),
    },
  );
  const handles = [child, child.stdin, child.stdout] as unknown as readonly Holding[];
  let output = '';
  let over = false;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  // The lifeline breaks when the supervisor ends first; its exit says all there is to say.
  child.stdin.on('error', () => undefined).write(`${order.password}\n`);
  const ended = new Promise<void>((resolve) => {
    child.once('error', (error) => {
      output += error.message;
      over = true;
      resolve();
    });
    child.once('close', () => {
      over = true;
      resolve();
    });
  });
  for (const handle of handles) handle.unref?.();
  return {
    hasEnded: () => over,
    output: () => output,
    end: async () => {
      for (const handle of handles) handle.ref?.();
      child.stdin.end();
      await ended;
    },
    keep: () =>
      new Promise((resolve) => {
        child.stdin.end('keep\n', () => {
          resolve();
        });
      }),
  };
}

function environment({ configuration, binaries }: SupervisorOrder): NodeJS.ProcessEnv {
  const { PATH = '/usr/bin:/bin', LD_LIBRARY_PATH, DYLD_LIBRARY_PATH } = process.env;
  return {
    PATH,
    // initdb looks through all time zones for one that fits the machine, unless it is told.
    TZ: 'UTC',
    LC_ALL: 'C',
    ...(LD_LIBRARY_PATH === undefined ? {} : { LD_LIBRARY_PATH }),
    ...(DYLD_LIBRARY_PATH === undefined ? {} : { DYLD_LIBRARY_PATH }),
    PGDRILL_CONF: configuration,
    PGDRILL_LINKS: binaries.libraryLinks.map(({ path, name }) => `${path}\t${name}`).join('\n'),
  };
}
