import { CannotVerifyError, type AnyBackupMethod, type ConnectionSettings } from '@pgdrill/core';
import { chooseServer } from './choose-server.ts';
import { pgliteMethod } from './pglite/pglite-method.ts';
import { startPglite } from './pglite/pglite-server.ts';
import type { SandboxKind, SandboxOptions } from './sandbox-options.ts';
import { startServer } from './server/throwaway-server.ts';

/** A throwaway PostgreSQL server. It goes away with this process, however that ends. */
export interface Sandbox {
  readonly kind: SandboxKind;
  /** `server_version`, such as `15.18`. */
  readonly version: string;
  /** As superuser, to the empty database `postgres`. */
  readonly connection: ConnectionSettings;
  /** For people: what it is and where; without secrets. */
  readonly description: string;
  /** Why this kind was taken, in one sentence. */
  readonly reason: string;
  /** The method that a backup of this server must be taken with; null where any will do. */
  readonly backupMethod: AnyBackupMethod | null;
  /** Lets it live on, and returns how to reach it and how to stop it; null for PGlite, which cannot outlive this process. */
  keep(): Promise<string | null>;
  /** Stops it and removes all of it, unless it is kept. Safe to call twice. */
  close(): Promise<void>;
}

/**
 * Starts a throwaway server: an initdb of its own in a private directory, on a Unix-domain socket that nobody else can reach.
 *
 * @throws CannotVerifyError when the kind that was asked for is not there, saying what to install, or does not start
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { binaries, reason } = await chooseServer(options);
  if (binaries === null) return startPgliteSandbox(reason, options);
  const server = await startServer({ ...options, binaries, listen: options.tcp === true ? 'tcp' : 'socket' });
  return {
    kind: binaries.kind,
    version: binaries.version,
    connection: server.connection,
    description: `throwaway PostgreSQL ${binaries.version} (${binaries.kind}) in ${server.directory}`,
    reason,
    backupMethod: null,
    keep: async () => {
      await server.keep();
      return (
        `psql "host=${server.directory} port=${server.connection.port} user=postgres" reaches the throwaway server; ` +
        `kill -INT ${server.pid} stops it and removes it.`
      );
    },
    close: server.close,
  };
}

async function startPgliteSandbox(reason: string, { signal, settings }: SandboxOptions): Promise<Sandbox> {
  if (settings !== undefined && Object.keys(settings).length > 0) {
    throw new CannotVerifyError(
      `PGlite cannot be started with settings (${Object.keys(settings).join(', ')}). Install PostgreSQL, or leave them out.`,
    );
  }
  const server = await startPglite(signal);
  return {
    kind: 'pglite',
    version: server.version,
    connection: server.connection,
    description: `PGlite (PostgreSQL ${server.version} with one session, in this process)`,
    reason,
    backupMethod: pgliteMethod(server),
    keep: () => Promise.resolve(null),
    close: server.close,
  };
}
