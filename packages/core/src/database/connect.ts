import type { Socket } from 'node:net';
import { DatabaseError } from '../errors.ts';
import { cancelRequest } from './cancel-request.ts';
import { describeConnection, type ConnectionSettings, type DriverName } from './connection.ts';
import { connectionLost } from './connection-lost.ts';
import { databaseError, isServerError } from './database-error.ts';
import type { DriverConnection, ServerSocket, StartDriver } from './driver.ts';
import { openSocket, TlsFailure, type Encryption } from './open-socket.ts';

/** Only the library that is used is loaded: each takes the program a while to start. */
const drivers: Readonly<Record<DriverName, () => Promise<StartDriver>>> = {
  pg: async () => (await import('./driver-pg.ts')).startPg,
  postgres: async () => (await import('./driver-postgres.ts')).startPostgres,
};

/** A started session and its socket. */
export interface Connected extends DriverConnection {
  /** Asks the server to cancel what the session runs. Never rejects. */
  cancel(): Promise<void>;
  /** Cuts the connection. */
  destroy(): void;
  /** Bytes received so far, before any decryption. */
  bytesRead(): number;
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
  const failures: unknown[] = [];
  for (const encryption of encryptions(settings)) {
    signal?.throwIfAborted();
    try {
      return await attempt(settings, driver, encryption, signal);
    } catch (error) {
      signal?.throwIfAborted();
      failures.push(error);
      if (!mayFallBack(error)) break;
    }
  }
  // When the server has no TLS to fall back to, its first answer says more.
  const telling = failures.findLast((error) => !(error instanceof TlsFailure)) ?? failures.at(-1);
  throw databaseError(telling, 'Connecting to', settings);
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
  return error instanceof TlsFailure || (isServerError(error) && error.code === '28000');
}

async function attempt(
  settings: ConnectionSettings,
  driver: DriverName,
  encryption: Encryption,
  signal: AbortSignal | undefined,
): Promise<Connected> {
  const sockets: Socket[] = [];
  const started = start(settings, driver, encryption, (socket) => {
    sockets.push(socket);
    // The libraries listen only after the start; an error in between must not end the process.
    socket.on('error', () => undefined);
  });
  try {
    return await within(started, settings, signal);
  } catch (error) {
    for (const socket of sockets) socket.destroy();
    throw error;
  }
}

async function start(
  settings: ConnectionSettings,
  driver: DriverName,
  encryption: Encryption,
  onSocket: (socket: Socket) => void,
): Promise<Connected> {
  const startDriver = await drivers[driver]();
  const connected = await openSocket(settings, encryption, onSocket);
  const { socket } = connected;
  const session = await orClosed(startDriver(settings, connected), connected);
  return {
    ...session,
    cancel: async () => {
      // Rows that come without a pause would leave no time for the request.
      socket.pause();
      await cancelRequest(settings, encryption, session.key);
      socket.resume();
    },
    destroy: () => void socket.destroy(),
    bytesRead: () => socket.bytesRead,
  };
}

/** A library may take hold of the socket too late to see that the server closed it already, and would wait for ever. */
async function orClosed<Result>(started: Promise<Result>, connected: ServerSocket): Promise<Result> {
  const { socket } = connected;
  let onClose = (): void => undefined;
  const closed = new Promise<never>((_resolve, reject) => {
    onClose = () => reject(connectionLost(new Error('the server closed the connection without an answer'), connected));
    socket.once('close', onClose);
  });
  try {
    return await Promise.race([started, closed]);
  } finally {
    socket.off('close', onClose);
  }
}

/** Gives up when the time for connecting is over, or the signal is aborted. */
async function within<Result>(
  started: Promise<Result>,
  settings: ConnectionSettings,
  signal: AbortSignal | undefined,
): Promise<Result> {
  const { connectTimeout } = settings;
  let forget = (): void => undefined;
  const stopped = new Promise<never>((_resolve, reject) => {
    const onAbort = (): void => reject(signal?.reason as Error);
    const timer = connectTimeout > 0 ? setTimeout(() => reject(tooSlow(settings)), connectTimeout * 1000) : undefined;
    signal?.addEventListener('abort', onAbort, { once: true });
    forget = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    };
  });
  try {
    return await Promise.race([started, stopped]);
  } finally {
    forget();
  }
}

function tooSlow(settings: ConnectionSettings): DatabaseError {
  return new DatabaseError(
    null,
    `Connecting to ${describeConnection(settings)} took longer than ${settings.connectTimeout} s (connect_timeout). ` +
      'Check host, port and firewall, or give it more time by PGCONNECT_TIMEOUT.',
  );
}
