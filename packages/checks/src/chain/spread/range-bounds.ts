import type { DatabaseHandle } from '@pgdrill/core';
import { columnSql } from '../chain-sql.ts';
import type { WholeChain } from '../whole-chain.ts';

/** What lies between two places of a chain's order: from the first, inclusive, up to the second; null for the beginning or the end. */
export interface OrderRange {
  readonly from: readonly string[] | null;
  readonly to: readonly string[] | null;
}

/** So many rows are looked at to find places that divide a chain in equal parts. */
const SAMPLED = 20_000;

/**
 * Divides the order of a chain in ranges of about as many rows each.
 *
 * @param relation the table, quoted for SQL
 * @param about how many rows it has, more or less
 * @returns null where it cannot be divided: a view has no rows of its own to look at, and NULL is in no range
 */
export async function orderRanges(
  db: DatabaseHandle,
  { order }: WholeChain,
  relation: string,
  { about, parts }: { readonly about: number; readonly parts: number },
): Promise<readonly OrderRange[] | null> {
  const [table] = await db.query('SELECT relkind FROM pg_catalog.pg_class WHERE oid = $1::regclass', [relation]);
  if (!['r', 'p', 'm'].includes(table?.['relkind'] ?? '')) return null;
  const names = order.map((_, index) => `o${index}`);
  const values = order.map((column, index) => `${columnSql(column)} AS o${index}`);
  const percent = Math.min(100, (100 * SAMPLED) / Math.max(1, about));
  const places = Array.from({ length: parts - 1 }, (_, index) => `total * ${index + 1} / ${parts} + 1`);
  const rows = await db.query(
    `SELECT ${names.join(', ')}
       FROM (SELECT ${values.join(', ')}, row_number() OVER (ORDER BY ${order.map(columnSql).join(', ')}) AS place, count(*) OVER () AS total
               FROM ${relation} AS t TABLESAMPLE pg_catalog.system (${percent}) REPEATABLE (0)) AS sampled
      WHERE place IN (${places.join(', ')}) ORDER BY place`,
  );
  const bounds = rows.map((row) => names.flatMap((name) => row[name] ?? []));
  if (bounds.length < parts - 1 || bounds.some((bound) => bound.length < order.length)) return null;
  return [null, ...bounds].map((from, index) => ({ from, to: bounds[index] ?? null }));
}

/** The rows of the range as a condition on the row `t`, with its values. */
export function rangeSql(
  { order }: WholeChain,
  { from, to }: OrderRange,
): { where: string; values: readonly string[] } {
  const key = `(${order.map(columnSql).join(', ')})`;
  const place = (first: number): string => `(${order.map((_, index) => `$${first + index}`).join(', ')})`;
  const tests = [
    ...(from === null ? [] : [`${key} >= ${place(1)}`]),
    ...(to === null ? [] : [`${key} < ${place(1 + (from?.length ?? 0))}`]),
  ];
  return { where: tests.length === 0 ? '' : ` WHERE ${tests.join(' AND ')}`, values: [...(from ?? []), ...(to ?? [])] };
}
