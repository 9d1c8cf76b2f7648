import {
  openSnapshot,
  type ConnectionSettings,
  type DatabaseHandle,
  type DatabaseIdentity,
  type SnapshotSession,
  type TargetContext,
} from '@pgdrill/core';

/**
 * Is the opened database the source, however its connection is spelled?
 *
 * By system identifier and database oid. Where a role may not read the identifier, by what is as good: the microsecond at which the server started,
 * its port, and the oid.
 */
export async function isSource(
  candidate: SnapshotSession,
  { source, driver, signal }: TargetContext,
): Promise<boolean> {
  const known = sameIdentity(candidate.identity, source.identity);
  if (known !== null) return known;
  const [here, there] = [await evidence(candidate.leader), await evidenceAt(source.connection, driver, signal)];
  return here === there;
}

/** Null when it cannot be told from these. */
function sameIdentity(a: DatabaseIdentity, b: DatabaseIdentity): boolean | null {
  if (a.databaseOid !== b.databaseOid) return false;
  if (a.systemIdentifier === null || b.systemIdentifier === null) return null;
  return a.systemIdentifier === b.systemIdentifier;
}

async function evidenceAt(
  connection: ConnectionSettings,
  driver: TargetContext['driver'],
  signal: AbortSignal,
): Promise<string> {
  const session = await openSnapshot({ connection, driver, signal });
  try {
    return await evidence(session.leader);
  } finally {
    await session.close();
  }
}

async function evidence(db: DatabaseHandle): Promise<string> {
  const [row] = await db.query(
    `SELECT pg_catalog.concat_ws(' ', pg_catalog.pg_postmaster_start_time()::text, pg_catalog.current_setting('port'), oid::text) AS evidence
     FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()`,
  );
  return row?.['evidence'] ?? '';
}
