import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CannotVerifyError, type ConnectionSettings } from '@pgdrill/core';
import { serverAccount } from './account.ts';
import type { ServerBinaries } from './binaries.ts';
import { newDirectoryName } from './server-directory.ts';
import { supervisorScript } from './supervisor-script.ts';

/** How to start a throwaway server. */
export interface ServerOptions {
  readonly binaries: ServerBinaries;
  /** Where its directory is made: the system's temporary directory unless given. */
  readonly directory?: string;
  /** `socket`: a Unix-domain socket that only this account and root can reach. `tcp`: a free port of 127.0.0.1 as well, with a random password. */
  readonly listen: 'socket' | 'tcp';
  /** Lines for postgresql.conf, name to value. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** A running server that goes away with this process. */
export interface ThrowawayServer {
  /** As superuser, to the database `postgres`. */
  readonly connection: ConnectionSettings;
  readonly directory: string;
  /** Process id of the postmaster. */
  readonly pid: number;
  /** Lets it live on after this process; it is then stopped by `kill -INT PID`, and its directory goes with it. */
  keep(): void;
  /** Stops it and removes its directory. Safe to call twice. */
  close(): Promise<void>;
}

/** Nothing on a throwaway server needs to survive a crash, and nothing may change behind the drill's back. */
const throwawaySettings: Readonly<Record<string, string>> = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_wal_size: '2GB',
  max_connections: '100',
  max_locks_per_transaction: '256',
  shared_buffers: '128MB',
  jit: 'off',
  autovacuum: 'off',
  cluster_name: 'pgdrill sandbox',
};

const startSeconds = 60;
const portTries = 5;

/**
 * Makes a cluster in a private temporary directory and starts it.
 *
 * @throws CannotVerifyError with the tail of the server's log when it does not start; nothing is left behind then
 */
export async function startServer(options: ServerOptions): Promise<ThrowawayServer> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await startOnce(options, options.listen === 'tcp' ? await freePort() : 5432);
    } catch (error) {
      const taken = error instanceof CannotVerifyError && error.message.includes('could not bind IPv4');
      if (!taken || attempt === portTries) throw error;
    }
  }
}

async function startOnce(options: ServerOptions, port: number): Promise<ThrowawayServer> {
  options.signal?.throwIfAborted();
  const account = serverAccount();
  const directory = newDirectoryName(account, options.directory);
  const password = randomBytes(24).toString('base64url');
  const supervisor = launchSupervisor(options, directory, port, password, account);
  try {
    const pid = await untilReady(supervisor, directory, options);
    return {
      connection: connectionSettings(options.listen, directory, port, password),
      directory,
      pid,
      keep: () => void supervisor.child.stdin?.write('keep\n'),
      close: supervisor.end,
    };
  } catch (error) {
    await supervisor.end();
    throw error;
  }
}

interface Supervisor {
  readonly child: ChildProcess;
  readonly ended: Promise<void>;
  hasEnded(): boolean;
  output(): string;
  end(): Promise<void>;
}

function launchSupervisor(
  options: ServerOptions,
  directory: string,
  port: number,
  password: string,
  account: { readonly uid: number; readonly gid: number } | null,
): Supervisor {
  const { PATH = '/usr/bin:/bin', LD_LIBRARY_PATH, DYLD_LIBRARY_PATH } = process.env;
  const child = spawn('/bin/sh', ['-c', supervisorScript, 'pgdrill-sandbox', directory, options.binaries.directory, 'C.UTF-8'], {
    cwd: '/',
    // A session of its own, or Ctrl+C in the terminal would reach the server while a drill still cleans up.
    detached: true,
    stdio: ['pipe', 'pipe', 'ignore'],
    env: {
      PATH,
      TZ: 'UTC',
      LC_ALL: 'C',
      ...(LD_LIBRARY_PATH === undefined ? {} : { LD_LIBRARY_PATH }),
      ...(DYLD_LIBRARY_PATH === undefined ? {} : { DYLD_LIBRARY_PATH }),
      PGDRILL_CONF: configuration(options, directory, port),
    },
    ...(account === null ? {} : { uid: account.uid, gid: account.gid }),
  });
  let output = '';
  let over = false;
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  // The lifeline breaks when the supervisor ends first; its exit says all there is to say.
  child.stdin.on('error', () => undefined).write(`${password}\n`);
  const ended = new Promise<void>((resolve) => {
    child.once('error', (error) => ((output += error.message), (over = true), resolve()));
    child.once('close', () => ((over = true), resolve()));
  });
  return {
    child,
    ended,
    hasEnded: () => over,
    output: () => output,
    end: async () => {
      child.stdin.end();
      await ended;
    },
  };
}

/** Waits for the postmaster to call itself ready in postmaster.pid, as `pg_ctl` does, and returns its process id. */
async function untilReady(supervisor: Supervisor, directory: string, options: ServerOptions): Promise<number> {
  const giveUp = Date.now() + startSeconds * 1000;
  for (;;) {
    if (supervisor.hasEnded()) throw startFailure(options, supervisor.output().trim());
    options.signal?.throwIfAborted();
    const lines = (await readFile(join(directory, 'data', 'postmaster.pid'), 'utf8').catch(() => '')).split('\n');
    if (lines[7]?.trim() === 'ready') return Number(lines[0]);
    if (Date.now() > giveUp) throw startFailure(options, `It was not ready after ${startSeconds} seconds.`);
    await sleep(10);
  }
}

function startFailure(options: ServerOptions, reason: string): CannotVerifyError {
  return new CannotVerifyError(
    `Starting a throwaway server from ${options.binaries.directory} (PostgreSQL ${options.binaries.version}) failed:\n${reason}\n` +
      'Free space or memory if the lines above say so, or choose another server with --sandbox system, embedded or pglite.',
  );
}

function connectionSettings(listen: 'socket' | 'tcp', directory: string, port: number, password: string): ConnectionSettings {
  return {
    ...(listen === 'tcp' ? { host: '127.0.0.1', password } : { host: directory }),
    port,
    user: 'postgres',
    database: 'postgres',
    sslMode: 'disable',
    connectTimeout: 10,
    applicationName: 'pgdrill',
  };
}

function configuration(options: ServerOptions, directory: string, port: number): string {
  const settings = {
    ...throwawaySettings,
    ...options.settings,
    listen_addresses: options.listen === 'tcp' ? '127.0.0.1' : '',
    port: String(port),
    unix_socket_directories: directory,
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name} = '${value.replaceAll("'", "''")}'`)
    .join('\n');
}

/** A port that was free a moment ago. Whoever takes it meanwhile makes the start fail, and it is tried again with another. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => (address !== null && typeof address === 'object' ? resolve(address.port) : reject(new Error('No free port.'))));
    });
  });
}
