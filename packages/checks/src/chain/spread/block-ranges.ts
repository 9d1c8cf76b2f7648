import type { DatabaseHandle } from '@pgdrill/core';

/** Blocks of a table, from the first, inclusive, up to the second; null for the end, wherever that is. */
export interface BlockRange {
  readonly from: number;
  readonly to: number | null;
}

/**
 * Divides the blocks of a table, or those of each of its partitions, in parts of about as many. Each row lies in exactly one.
 *
 * @param relation the table, quoted for SQL
 * @returns null where some rows may have no blocks: those of a view, or of a foreign table
 */
export async function blockRanges(
  db: DatabaseHandle,
  relation: string,
  parts: number,
): Promise<readonly BlockRange[] | null> {
  // Holds a lock until the transaction ends, so that nobody rewrites the table between one thread's start and another's.
  await db.query(`SELECT FROM ${relation} LIMIT 0`);
  const [found] = await db.query(
    `WITH RECURSIVE member AS (
       SELECT $1::regclass::oid AS oid
       UNION SELECT i.inhrelid FROM pg_inherits i JOIN member m ON i.inhparent = m.oid)
     SELECT count(*) FILTER (WHERE c.relkind NOT IN ('r', 'p', 'm')) AS others,
            coalesce(max(pg_relation_size(c.oid) / current_setting('block_size')::int) FILTER (WHERE c.relkind IN ('r', 'm')), 0) AS blocks
       FROM member m JOIN pg_class c ON c.oid = m.oid`,
    [relation],
  );
  if (found?.['others'] !== '0') return null;
  const size = Math.max(1, Math.ceil(Number(found['blocks']) / parts));
  return Array.from({ length: parts }, (_, part) => ({
    from: part * size,
    to: part === parts - 1 ? null : (part + 1) * size,
  }));
}

/** The rows of the range as a condition on the row `t`. */
export function rangeSql({ from, to }: BlockRange): string {
  const end = to === null ? '' : ` AND t.ctid < '(${to},0)'::pg_catalog.tid`;
  return ` WHERE t.ctid >= '(${from},0)'::pg_catalog.tid${end}`;
}
