import type { DatabaseHandle, Trial } from '@pgdrill/core';

/** True of the rows that this transaction, or a block in it, wrote: whatever others commit meanwhile is not seen in it. */
export const OWN = 'pg_catalog.age(t.xmin) <= 0';

/** How a table was before anything was written to it. */
export interface TableBefore {
  /** True of the rows of `t` in its last block and in those after it, where new ones come to lie as a rule. */
  readonly atEnd: string;
  /** How many rows the server counts as written. */
  readonly written: string;
}

/** Null for a table whose rows lie in other tables. */
export async function tableBefore(
  reader: Pick<DatabaseHandle, 'query'>,
  relation: string,
): Promise<TableBefore | null> {
  const [row] = await reader.query(
    `SELECT ${WRITTEN} AS written,
            greatest(pg_catalog.pg_relation_size(c.oid) / pg_catalog.current_setting('block_size')::bigint - 1, 0) AS block
       FROM pg_catalog.pg_class AS c WHERE c.oid = pg_catalog.to_regclass($1) AND c.relkind = 'r' AND NOT c.relhassubclass`,
    [relation],
  );
  return row === undefined ? null : { atEnd: `t.ctid >= '(${row['block']},0)'`, written: row['written'] ?? '0' };
}

/** Counts whatever the session wrote and has not reported yet, whether it is still there or not; within a transaction nothing is reported. */
const WRITTEN =
  '(pg_catalog.pg_stat_get_xact_tuples_inserted(c.oid) + pg_catalog.pg_stat_get_xact_tuples_updated(c.oid))';

/**
 * A condition that is true of the rows of `t` that the transaction wrote, and does not read the whole table where all of them lie at its end. Where none
 * does, the whole is read: with `track_counts` off, the server counts nothing.
 *
 * @param before of the same transaction
 */
export async function ownRowsOf(trial: Trial, relation: string, before: TableBefore | null): Promise<string> {
  if (before === null) return OWN;
  const own = `${before.atEnd} AND ${OWN}`;
  const [row] = await trial.reader.query(
    `SELECT (SELECT count(*) FROM ${relation} AS t WHERE ${own}) AS found, ${WRITTEN} - $2::bigint AS written
       FROM pg_catalog.pg_class AS c WHERE c.oid = pg_catalog.to_regclass($1)`,
    [relation, before.written],
  );
  const found = row?.['found'] ?? '0';
  return found !== '0' && found === row?.['written'] ? own : OWN;
}
