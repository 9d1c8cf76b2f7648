import { quoteIdentifier } from '@pgdrill/core';
import type { DatabaseHandle } from '@pgdrill/core';
import { columnSql, isGenesisSql } from '../chain-sql.ts';
import type { Links } from './find-links.ts';

/** The first rows of the chains in a table. */
export interface FirstRows {
  /** What they store as their previous hash. */
  readonly stored: string | null;
  readonly count: number;
  /** Rows that follow no row either, and store something else: breaks, it may be. */
  readonly others: number;
}

/** Finds the rows that follow no other. */
export async function findFirstRows(
  db: DatabaseHandle,
  relation: string,
  { hash, prev }: Pick<Links, 'hash' | 'prev'>,
): Promise<FirstRows> {
  const [own, link] = [columnSql(hash.name), columnSql(prev.name)];
  const [nulls] = await db.query(
    `SELECT count(*) AS rows FROM ${relation} AS t WHERE ${own} IS NOT NULL AND ${link} IS NULL`,
  );
  const dangling = await db.query(
    `SELECT ${link} AS stored, count(*) AS rows FROM ${relation} AS t
      WHERE ${own} IS NOT NULL AND ${link} IS NOT NULL
        AND NOT EXISTS (SELECT FROM ${relation} AS x WHERE x.${quoteIdentifier(hash.name)} = ${link})
      GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 100`,
  );
  const all = [
    { stored: null, rows: Number(nulls?.['rows']) },
    ...dangling.map(({ stored, rows }) => ({ stored: stored ?? null, rows: Number(rows) })),
  ].filter(({ rows }) => rows > 0);
  const [first] = all;
  if (first === undefined) return { stored: null, count: 0, others: 0 };
  return {
    stored: first.stored,
    count: first.rows,
    others: all.slice(1).reduce((sum, { rows }) => sum + rows, 0),
  };
}

/** The condition, over the row `t`, by which a row is a first one. */
export function isFirstSql({ prev }: Pick<Links, 'prev'>, { stored }: FirstRows): string {
  return isGenesisSql(prev.name, stored);
}
