import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CannotVerifyError, type ConnectionSettings } from '@pgdrill/core';
import { serverAccount } from './account.ts';
import type { ServerBinaries } from './binaries.ts';
import { newDirectoryName } from './server-directory.ts';
import { launchSupervisor, type Supervisor } from './supervisor.ts';

/** How to start a throwaway server. */
export interface ServerOptions {
  readonly binaries: ServerBinaries;
  /** Where its directory is made: the system's temporary directory unless given. */
  readonly directory?: string | undefined;
  /** `socket`: a Unix-domain socket that only this account and root can reach. `tcp`: a free port of 127.0.0.1 as well, with a random password. */
  readonly listen: 'socket' | 'tcp';
  /** Lines for postgresql.conf, name to value. */
  readonly settings?: Readonly<Record<string, string>> | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A running server that goes away with this process. */
export interface ThrowawayServer {
  /** As superuser, to the database `postgres`. */
  readonly connection: ConnectionSettings;
  readonly directory: string;
  /** Process id of the postmaster. */
  readonly pid: number;
  /** Lets it live on after this process; it is then stopped by `kill -INT PID`, and its directory goes with it. */
  keep(): Promise<void>;
  /** Stops it and removes its directory, unless it is kept. Safe to call twice. */
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
  const configuration = serverConfiguration(options, directory, port);
  const supervisor = launchSupervisor({ binaries: options.binaries, directory, configuration, password, account });
  try {
    const pid = await untilReady(supervisor, directory, options);
    const connection = connectionSettings(
      options.listen === 'tcp' ? { host: '127.0.0.1', password } : { host: directory },
      port,
    );
    return { connection, directory, pid, ...endings(supervisor) };
  } catch (error) {
    await supervisor.end();
    throw error;
  }
}

function endings(supervisor: Supervisor): Pick<ThrowawayServer, 'keep' | 'close'> {
  let kept = false;
  return {
    keep: async () => {
      kept = true;
      await supervisor.keep();
    },
    close: async () => {
      if (!kept) await supervisor.end();
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
      'Put right what the lines above say, or choose another kind of server with --sandbox system, embedded or pglite.',
  );
}

function connectionSettings(
  place: { readonly host: string; readonly password?: string },
  port: number,
): ConnectionSettings {
  return {
    ...place,
    port,
    user: 'postgres',
    database: 'postgres',
    sslMode: 'disable',
    connectTimeout: 10,
    applicationName: 'pgdrill',
  };
}

function serverConfiguration(options: ServerOptions, directory: string, port: number): string {
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
      probe.close(() => {
        if (address !== null && typeof address === 'object') resolve(address.port);
        else reject(new Error('The system named no free port of 127.0.0.1.'));
      });
    });
  });
}
