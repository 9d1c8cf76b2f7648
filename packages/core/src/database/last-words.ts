import type { Buffer } from 'node:buffer';
import type { ServerError } from './driver.ts';

/**
 * Reads the error message with which a server ends a session, from the last bytes that came.
 *
 * `postgres` drops it: it rejects with CONNECTION_CLOSED alone, and the reason (57P01, an administrator's command) would be lost.
 * Source of the format: PostgreSQL manual, "Message Formats", ErrorResponse.
 */
export function lastWords(bytes: Buffer): ServerError | null {
  for (let start = bytes.lastIndexOf('E'); start >= 0; start = start === 0 ? -1 : bytes.lastIndexOf('E', start - 1)) {
    if (start + 5 <= bytes.length && start + 1 + bytes.readInt32BE(start + 1) === bytes.length) {
      const fields = errorFields(bytes.subarray(start + 5));
      const code = fields.get('C');
      if (code !== undefined) return { code, message: fields.get('M') ?? '' };
    }
  }
  return null;
}

function errorFields(body: Buffer): ReadonlyMap<string, string> {
  const parts = body.toString('utf8').split('\0');
  return new Map(parts.filter((part) => part !== '').map((part) => [part.charAt(0), part.slice(1)]));
}
