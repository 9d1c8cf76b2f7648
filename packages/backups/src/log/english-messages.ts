import { openWritable, type ConnectionSettings } from '@pgdrill/core';

/**
 * The same connection with the server's messages in English, where it may be had: `pg_restore` passes them on without a SQLSTATE, so that their words
 * are all there is. `lc_messages` is for superusers, and for roles that were granted it (from PostgreSQL 15 on). Elsewhere the connection as it is:
 * what the server says in another language is then not known, and counts as a loss.
 */
export async function withEnglishMessages(
  connection: ConnectionSettings,
  signal: AbortSignal,
): Promise<ConnectionSettings> {
  try {
    const db = await openWritable(connection, 'pg', signal);
    try {
      const [row] = await db.query(`SELECT current_setting('lc_messages') AS language`);
      if (isEnglish(row?.['language'] ?? '')) return connection;
      await db.script(`SET lc_messages = 'C'`);
    } finally {
      await db.close();
    }
  } catch {
    signal.throwIfAborted();
    return connection;
  }
  const options = [connection.options, '-c lc_messages=C'].filter((part) => part !== undefined);
  return { ...connection, options: options.join(' ') };
}

/** Whether messages under that locale are PostgreSQL's own. Under `C.UTF-8` the variable LANGUAGE of the server may still ask for others. */
export function isEnglish(locale: string): boolean {
  return /^(?:C|POSIX)$|^en/i.test(locale);
}
