import type { Socket } from 'node:net';
import { DatabaseError, UsageError } from '../errors.ts';
import { cancelRequest } from './cancel-request.ts';
import { describeConnection, type ConnectionSettings, type DriverName } from './connection.ts';
import { databaseError, isServerError } from './database-error.ts';
import type { DriverConnection, StartDriver } from './driver.ts';
import { openSocket, type Encryption } from './open-socket.ts';
import { startPg } from './pg-driver.ts';
import { startPostgres } from './postgres-driver.ts';

const drivers: Readonly<Record<DriverName, StartDriver>> = { pg: startPg, postgres: startPostgres };

/** A started session, and the way to cancel what it runs. */
export interface Connected extends DriverConnection {
  cancel(): Promise<void>;
}

/**
 * Starts a session by the chosen library.
 *
 * @throws DatabaseError saying what failed; the signal's reason when it is aborted; UsageError for TLS files that cannot be read
 */
export async function connect(
  settings: ConnectionSettings,
  driver: DriverName,
  signal?: AbortSignal,
): Promise<Connected> {
  signal?.throwIfAborted();
  const attempts = encryptions(settings);
  for (const [index, encryption] of attempts.entries()) {
    try {
      return await attempt(settings, driver, encryption, signal);
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof UsageError) throw error;
      if (index === attempts.length - 1 || !mayFallBack(error)) throw databaseError(error, 'Connecting to', settings);
    }
  }
  throw new DatabaseError(null, `Connecting to ${describeConnection(settings)} failed.`);
}

/** libpq's order of attempts. There is no TLS over a Unix-domain socket, whatever the mode. */
function encryptions(settings: ConnectionSettings): readonly Encryption[] {
  if (settings.host.startsWith('/')) return ['none'];
  switch (settings.sslMode) {
    case 'disable':
      return ['none'];
    case 'allow':
      return ['none', 'required'];
    case 'prefer':
      return ['if-offered', 'none'];
    default:
      return ['required'];
  }
}

/**
 * `allow` and `prefer` try the other way when TLS itself failed, or when the server has no rule for this way (28000).
 *
 * libpq also does so after a wrong password, where it cannot help.
 */
function mayFallBack(error: unknown): boolean {
  if (isServerError(error)) return error.code === '28000';
  const { code } = error as { readonly code?: unknown };
  return typeof code === 'string' && /CERT|SIGN|SSL|TLS/.test(code);
}

async function attempt(
  settings: ConnectionSettings,
  driver: DriverName,
  encryption: Encryption,
  signal?: AbortSignal,
): Promise<Connected> {
  let stop = (_reason: unknown): void => undefined;
  const stopped = new Promise<never>((_resolve, reject) => {
    stop = reject;
  });
  const onAbort = (): void => stop(signal?.reason);
  signal?.addEventListener('abort', onAbort, { once: true });
  const timer =
    settings.connectTimeout > 0 ? setTimeout(() => stop(tooSlow(settings)), settings.connectTimeout * 1000) : undefined;
  const sockets: Socket[] = [];
  const started = start(settings, driver, encryption, (socket) => {
    sockets.push(socket);
    // The drivers listen only after the start; an error in between must not end the process.
    socket.on('error', () => undefined);
  });
  try {
    return await Promise.race([started, stopped]);
  } catch (error) {
    sockets.forEach((socket) => socket.destroy());
    started.catch(() => undefined);
    throw error;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  }
}

async function start(
  settings: ConnectionSettings,
  driver: DriverName,
  encryption: Encryption,
  onSocket: (socket: Socket) => void,
): Promise<Connected> {
  const connected = await openSocket(settings, encryption, onSocket);
  const session = await drivers[driver](settings, connected);
  return { ...session, cancel: async () => await cancelRequest(settings, encryption, session.key) };
}

function tooSlow(settings: ConnectionSettings): DatabaseError {
  return new DatabaseError(
    null,
    `Connecting to ${describeConnection(settings)} took longer than ${settings.connectTimeout} s (connect_timeout). ` +
      'Check host, port and firewall, or set PGCONNECT_TIMEOUT.',
  );
}
