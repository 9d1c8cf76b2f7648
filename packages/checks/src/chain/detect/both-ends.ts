import type { DatabaseHandle, Row } from '@pgdrill/core';
import { columnSql } from '../chain-sql.ts';

/** What to read of a table `t`. */
export interface EndsQuery {
  readonly select: string;
  readonly relation: string;
  readonly where: string;
  /** Empty where there is none. */
  readonly order: readonly string[];
}

/**
 * Reads so many rows: half of them from each end of the order where there are more, since a format may have been changed on the way; whichever come
 * first where there is no order.
 */
export async function bothEnds(db: DatabaseHandle, query: EndsQuery, most: number): Promise<readonly Row[]> {
  const rows = await firstRows(db, query, most);
  if (rows.length < most || query.order.length === 0) return rows;
  const last = await firstRows(db, query, most / 2, ' DESC');
  return [...rows.slice(0, most / 2), ...last.toReversed()];
}

/** Reads so many rows from the beginning of the order. */
export function firstRows(
  db: DatabaseHandle,
  { select, relation, where, order }: EndsQuery,
  most: number,
  direction = '',
): Promise<readonly Row[]> {
  const by = order.map((name) => columnSql(name) + direction);
  const inOrder = by.length === 0 ? '' : ` ORDER BY ${by.join(', ')}`;
  return db.query(`SELECT ${select} FROM ${relation} AS t WHERE ${where}${inOrder} LIMIT ${most}`);
}
