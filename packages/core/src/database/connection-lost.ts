import { isServerError } from './database-error.ts';
import type { ServerSocket } from './driver.ts';

/**
 * The error to tell when a statement failed: if the connection broke, and the server said why before it closed it, then that.
 *
 * A library that was not waiting for an answer, or that looks at the socket first, would only tell of a closed connection.
 */
export function connectionLost(error: unknown, connected: ServerSocket): Error {
  const words = isServerError(error) || !connected.socket.destroyed ? null : connected.lastWords();
  if (words !== null) return Object.assign(new Error(words.message), { code: words.code, severity: 'FATAL' });
  return error instanceof Error ? error : new Error(String(error));
}
