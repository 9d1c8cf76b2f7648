import { randomBytes } from 'node:crypto';
import type { ConnectionSettings } from '@pgdrill/core';
import { openInstance } from './instance.ts';
import { turns } from './turns.ts';
import { serveInstance } from './wire-server.ts';

/** A PGlite instance that drivers can connect to, one at a time. */
export interface PgliteServer {
  readonly connection: ConnectionSettings;
  readonly version: string;
  /** Waits until nobody is connected, then returns the database as plain SQL. */
  dump(args: readonly string[]): Promise<string>;
  close(): Promise<void>;
}

/**
 * Starts PostgreSQL inside this process. Nothing of it is on disk, and a random password keeps other accounts of the machine out.
 *
 * @throws CannotVerifyError when PGlite is not installed
 */
export async function startPglite(signal?: AbortSignal): Promise<PgliteServer> {
  signal?.throwIfAborted();
  const instance = await openInstance();
  const password = randomBytes(24).toString('base64url');
  const shared = turns();
  const server = await serveInstance({ instance, turns: shared, password });
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    await server.close();
    await instance.close();
  };
  const started: PgliteServer = {
    connection: {
      host: '127.0.0.1',
      port: server.port,
      user: 'postgres',
      database: 'postgres',
      password,
      sslMode: 'disable',
      connectTimeout: 10,
      applicationName: 'pgdrill',
      singleSession: true,
    },
    version: instance.version,
    dump: async (args) => {
      const endTurn = await shared.take();
      try {
        return await instance.dump(args);
      } finally {
        endTurn?.();
      }
    },
    close: () => (closing ??= close()),
  };
  if (signal?.aborted !== true) return started;
  await started.close();
  throw signal.reason;
}
