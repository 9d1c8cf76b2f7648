import type { DatabaseHandle } from '@pgdrill/core';

/** Blocks of a table, from the first, inclusive, up to the second; null for the end, wherever that is. */
export interface BlockRange {
  readonly from: number;
  readonly to: number | null;
}

/**
 * Divides the blocks of a table, or those of each of its partitions, for some threads to take one range after another. Each row lies in exactly one.
 *
 * @param relation the table, quoted for SQL
 * @returns null where some rows may have no blocks: those of a view, or of a foreign table
 */
export async function blockRanges(
  db: DatabaseHandle,
  relation: string,
  threads: number,
): Promise<readonly BlockRange[] | null> {
  // Holds a lock until the transaction ends, so that nobody rewrites the table between one thread's start and another's.
  await db.query(`SELECT FROM ${relation} LIMIT 0`);
  const [found] = await db.query(
    `WITH RECURSIVE member AS (
       SELECT $1::regclass::oid AS oid
       UNION SELECT i.inhrelid FROM pg_inherits i JOIN member m ON i.inhparent = m.oid)
     SELECT count(*) FILTER (WHERE c.relkind NOT IN ('r', 'p', 'm')) AS others,
            coalesce(max(pg_relation_size(c.oid) / current_setting('block_size')::int) FILTER (WHERE c.relkind IN ('r', 'm')), 0) AS blocks,
            current_setting('server_version_num') AS version
       FROM member m JOIN pg_class c ON c.oid = m.oid`,
    [relation],
  );
  if (found?.['others'] !== '0') return null;
  const blocks = Number(found['blocks']);
  // Before 14, each range is a scan of the whole table.
  return Number(found['version']) < 140_000 ? equalRanges(blocks, threads) : shrinkingRanges(blocks, threads);
}

/** Of about as many blocks. */
export function equalRanges(blocks: number, parts: number): readonly BlockRange[] {
  const size = Math.max(1, Math.ceil(blocks / parts));
  return rangesFrom(Array.from({ length: parts }, (_, part) => part * size));
}

/** A range takes half of a thread's share of what is left, but no less than this part of a thread's share of all. */
const LEAST_SHARE = 1 / 8;

/**
 * Smaller and smaller ones, so that no thread is left with much of the work when the others have nothing more to take: threads, and the server's
 * processes that read for them, rarely get the same share of the processors.
 */
export function shrinkingRanges(blocks: number, threads: number): readonly BlockRange[] {
  const least = Math.max(1, Math.ceil((blocks / threads) * LEAST_SHARE));
  const starts = [0];
  for (let from = 0; blocks - from > least;) {
    from += Math.max(least, Math.ceil((blocks - from) / threads / 2));
    starts.push(from);
  }
  return rangesFrom(starts);
}

/** The last range is open: the table may have grown. */
function rangesFrom(starts: readonly number[]): readonly BlockRange[] {
  return starts.map((from, index) => ({ from, to: starts[index + 1] ?? null }));
}

/** The rows of the range as a condition on the row `t`. */
export function rangeSql({ from, to }: BlockRange): string {
  const end = to === null ? '' : ` AND t.ctid < '(${to},0)'::pg_catalog.tid`;
  return ` WHERE t.ctid >= '(${from},0)'::pg_catalog.tid${end}`;
}
