import { quoteIdentifier } from '@pgdrill/core';
import type { DatabaseHandle } from '@pgdrill/core';
import { columnSql } from '../chain-sql.ts';
import { isFirstSql } from './find-first-rows.ts';
import type { FirstRows } from './find-first-rows.ts';
import { LINK_SAMPLE } from './find-links.ts';
import type { Links } from './find-links.ts';
import type { FactColumn, TableFacts } from './table-facts.ts';

/** So many pairs of columns are tried where no single one will do. */
const MOST_PAIRS = 30;

/**
 * Columns by which a table with several first rows holds a chain each: as many values as there are first rows, one in each of those, and every link
 * stays among rows of one value.
 *
 * @returns null when no column, and no two, will do
 */
export async function findScope(
  db: DatabaseHandle,
  { relation, columns }: TableFacts,
  links: Links,
  first: FirstRows,
): Promise<readonly string[] | null> {
  if (first.count <= 1) return [];
  const fitting = columns.filter(
    ({ name, type }) => ![links.hash.name, links.prev.name].includes(name) && TYPES.has(type),
  );
  const pairs = fitting.flatMap((left, index) => fitting.slice(index + 1).map((right) => [left, right]));
  for (const group of [...fitting.map((column) => [column]), ...pairs.slice(0, MOST_PAIRS)]) {
    const names = group.map(({ name }) => name);
    if ((await distinct(db, relation, group, isFirstSql(links, first))) !== first.count) continue;
    if ((await distinct(db, relation, group, `${columnSql(links.hash.name)} IS NOT NULL`)) !== first.count) continue;
    if (await keepsLinks(db, relation, names, links)) return names;
  }
  return null;
}

const TYPES: ReadonlySet<string> = new Set(['int2', 'int4', 'int8', 'text', 'varchar', 'bpchar', 'uuid', 'bool']);

async function distinct(
  db: DatabaseHandle,
  relation: string,
  group: readonly FactColumn[],
  where: string,
): Promise<number> {
  const values = group.map(({ name }) => columnSql(name)).join(', ');
  const [row] = await db.query(
    `SELECT count(*) AS values FROM (SELECT DISTINCT ${values} FROM ${relation} AS t WHERE ${where}) AS d`,
  );
  return Number(row?.['values']);
}

async function keepsLinks(
  db: DatabaseHandle,
  relation: string,
  names: readonly string[],
  { hash, prev }: Links,
): Promise<boolean> {
  const leaves = names.map((name) => `${columnSql(name)} IS DISTINCT FROM b.${quoteIdentifier(name)}`).join(' OR ');
  const [row] = await db.query(
    `SELECT count(*) AS leaving FROM (SELECT * FROM ${relation} AS t LIMIT ${LINK_SAMPLE}) AS t
       JOIN ${relation} AS b ON b.${quoteIdentifier(hash.name)} = ${columnSql(prev.name)} WHERE ${leaves}`,
  );
  return row?.['leaving'] === '0';
}
