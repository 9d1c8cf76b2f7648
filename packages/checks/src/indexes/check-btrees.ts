import { DatabaseError, displayName, messageOf, quoteIdentifier } from '@pgdrill/core';
import type { DatabaseHandle, ObserveContext } from '@pgdrill/core';
import { notOfExtension, USER_SCHEMAS } from '../catalogue/user-objects.ts';
import type { CheckedBtrees } from './observation.ts';

/**
 * Has amcheck read every valid B-tree: that its entries are in order, and that it has one for each row of its table.
 *
 * Source: PostgreSQL manual, "amcheck", `bt_index_check` with `heapallindexed`. It locks no more than a query does. The extension is never created here.
 */
export async function checkBtrees(db: DatabaseHandle, context: ObserveContext): Promise<CheckedBtrees> {
  const [extension] = await db.query(AMCHECK);
  if (extension === undefined)
    return { error: 'The extension amcheck is not installed in this database: CREATE EXTENSION amcheck.' };
  const sql = `SELECT ${quoteIdentifier(extension['schema'] ?? '')}.bt_index_check($1::pg_catalog.oid::pg_catalog.regclass, true)`;
  let sound = 0;
  const corrupt: [string, string][] = [];
  const unchecked: [string, string][] = [];
  for (const { oid = null, schema, name, relation } of await db.query(BTREES)) {
    if (context.isLeftOut(displayName(schema ?? '', relation ?? ''))) continue;
    try {
      await db.query(sql, [oid]);
      sound += 1;
    } catch (error) {
      context.signal.throwIfAborted();
      (isCorrupt(error) ? corrupt : unchecked).push([displayName(schema ?? '', name ?? ''), messageOf(error)]);
    }
  }
  return { sound, corrupt: Object.fromEntries(corrupt), unchecked: Object.fromEntries(unchecked) };
}

/** Source: PostgreSQL manual, "PostgreSQL Error Codes": data_corrupted, index_corrupted. */
function isCorrupt(error: unknown): boolean {
  return error instanceof DatabaseError && (error.sqlstate === 'XX001' || error.sqlstate === 'XX002');
}

const AMCHECK = `
  SELECT n.nspname AS schema FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
   WHERE e.extname = 'amcheck'`;

const BTREES = `
  SELECT i.oid, n.nspname AS schema, i.relname AS name, t.relname AS relation
    FROM pg_catalog.pg_index x
    JOIN pg_catalog.pg_class i ON i.oid = x.indexrelid
    JOIN pg_catalog.pg_am m ON m.oid = i.relam
    JOIN pg_catalog.pg_class t ON t.oid = x.indrelid
    JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
   WHERE i.relkind = 'i' AND m.amname = 'btree' AND x.indisvalid AND x.indisready AND x.indislive
     AND ${USER_SCHEMAS} AND ${notOfExtension('pg_class', 't.oid')}
   ORDER BY n.nspname COLLATE "C", i.relname COLLATE "C"`;
