import type { DatabaseHandle } from './handle.ts';
import { displayName } from './identifier.ts';
import { USER_RELATIONS } from './tables.ts';

/**
 * The number of the file that holds each table's rows now, by table name; null for one that is gone.
 *
 * Unlike the rows of the catalogue, this is not of the snapshot. Ask by a handle that is new: one that has been open keeps what it knew.
 *
 * Source: PostgreSQL manual, "System Administration Functions", `pg_relation_filenode`.
 */
export async function tableFiles(db: DatabaseHandle): Promise<Readonly<Record<string, string | null>>> {
  const rows = await db.query(
    `SELECT n.nspname, c.relname, pg_catalog.pg_relation_filenode(c.oid) AS file ${USER_RELATIONS}`,
  );
  const named = rows.map((row) => [displayName(row['nspname'] ?? '', row['relname'] ?? ''), row['file'] ?? null]);
  return Object.fromEntries(named) as Readonly<Record<string, string | null>>;
}
