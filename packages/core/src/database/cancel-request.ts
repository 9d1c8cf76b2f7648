import { Buffer } from 'node:buffer';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import type { ConnectionSettings } from './connection.ts';
import type { BackendKey } from './driver.ts';
import { openSocket, type Encryption } from './open-socket.ts';

const patienceMs = 5_000;

/**
 * Asks the server to cancel what a session is running; settles when the server has taken the request, or after five seconds. Never rejects.
 *
 * A connection of its own, but no session: it works when all of them are taken.
 * Source: PostgreSQL manual, "Canceling Requests in Progress".
 */
export async function cancelRequest(
  settings: ConnectionSettings,
  encryption: Encryption,
  key: BackendKey,
): Promise<void> {
  const sockets: Socket[] = [];
  const timer = setTimeout(() => sockets.forEach((socket) => socket.destroy()), patienceMs);
  try {
    const { socket } = await openSocket(settings, encryption, (opened) => {
      sockets.push(opened);
      opened.on('error', () => undefined);
    });
    const message = Buffer.alloc(16);
    message.writeInt32BE(16, 0);
    message.writeInt32BE(80_877_102, 4);
    message.writeInt32BE(key.processId, 8);
    message.writeInt32BE(key.secretKey | 0, 12);
    socket.write(message);
    await once(socket, 'close');
  } catch {
    // The statement then runs to its end, or until the connection is cut.
  } finally {
    clearTimeout(timer);
    sockets.forEach((socket) => socket.destroy());
  }
}
