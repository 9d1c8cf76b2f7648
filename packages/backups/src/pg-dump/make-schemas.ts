import {
  openWritable,
  quoteIdentifier,
  type BackupSelection,
  type ConnectionSettings,
  type LogLine,
} from '@pgdrill/core';

/**
 * Makes the schemas that the tables of a partial backup were in: with `--table`, `pg_dump` leaves out all that its tables stand on, and without their
 * schemas nothing could be restored.
 *
 * @returns what was made, for the log
 */
export async function makeSchemas(
  { schemas }: BackupSelection,
  target: ConnectionSettings,
  signal: AbortSignal,
): Promise<readonly LogLine[]> {
  if (schemas.length === 0) return [];
  const db = await openWritable(target, 'pg', signal);
  try {
    const there = await db.query('SELECT nspname FROM pg_catalog.pg_namespace');
    const missing = schemas.filter((schema) => there.every(({ nspname }) => nspname !== schema));
    for (const schema of missing) await db.script(`CREATE SCHEMA ${quoteIdentifier(schema)}`);
    if (missing.length === 0) return [];
    const text = `the drill made the schemas that a backup of some tables leaves out: ${missing.join(', ')}`;
    return [{ tool: 'pgdrill', severity: 'info', text }];
  } finally {
    await db.close();
  }
}
