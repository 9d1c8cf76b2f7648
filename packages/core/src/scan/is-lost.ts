import { DatabaseError } from '../errors.ts';

/**
 * True when the connection, the server or the wish to go on is gone, rather than one statement refused.
 *
 * Source: PostgreSQL manual, appendix "PostgreSQL Error Codes": classes 08, 57 and 58 are about the connection or the server.
 */
export function isLost(error: unknown): boolean {
  if (!(error instanceof DatabaseError)) return true;
  return error.sqlstate === null || ['08', '57', '58'].includes(error.sqlstate.slice(0, 2));
}
