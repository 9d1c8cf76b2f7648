import { displayName } from '@pgdrill/core';
import type { DatabaseHandle, ObserveContext } from '@pgdrill/core';
import type { FoundChain } from './find-chains.ts';

/**
 * The reason why a chain cannot be judged in a drill of some of the tables; null when all that it stands on is taken: its table with every partition
 * and heir, and its sentinel.
 */
export async function leftOutReason(
  db: DatabaseHandle,
  { chain, relation }: FoundChain,
  { isLeftOut }: Pick<ObserveContext, 'isLeftOut'>,
): Promise<string | null> {
  const [table] = (await relationsOf(db, relation)).filter(isLeftOut);
  if (table !== undefined)
    return `${table} was left out by --table or --exclude-table. Take it in, or leave the chain out.`;
  const [sentinel] = (await relationsOf(db, chain.sentinel?.table ?? null)).filter(isLeftOut);
  if (sentinel === undefined) return null;
  return `Its sentinel ${sentinel} was left out by --table or --exclude-table. Take it in.`;
}

/** A table with its partitions and heirs, by name; none for a table that is not there. */
async function relationsOf(db: DatabaseHandle, table: string | null): Promise<readonly string[]> {
  if (table === null) return [];
  const rows = await db.query(
    `WITH RECURSIVE member AS (
       SELECT to_regclass($1)::oid AS oid
       UNION SELECT i.inhrelid FROM pg_inherits i JOIN member m ON i.inhparent = m.oid)
     SELECT n.nspname, c.relname FROM member m
       JOIN pg_class c ON c.oid = m.oid
       JOIN pg_namespace n ON n.oid = c.relnamespace
      ORDER BY n.nspname, c.relname`,
    [table],
  );
  return rows.map((row) => displayName(row['nspname'] ?? '', row['relname'] ?? ''));
}
