import { quoteIdentifier, quoteQualified } from '@pgdrill/core';
import type { NextValue } from './observation.ts';
import { ownRows } from './writable-table.ts';
import type { WritableColumn, WritableTable } from './writable-table.ts';

/** Where one row lies: SQL that is true of it alone, for the table as `t`. */
export type RowPlace = string;

/** A statement to try, and a query whose one column `done` tells whether it did anything; null where that cannot be told. */
export interface TriedStatement {
  readonly sql: string;
  readonly done: string | null;
}

/**
 * Inserts a copy of a row with another key: the next value of its sequence, written out so that the sequence stays where it is, or a default. Null where no
 * legal row can be made in this way, since something else in the row must be unique.
 */
export function insertStatement(
  table: WritableTable,
  place: RowPlace,
  next: NextValue | undefined,
): TriedStatement | null {
  const values = new Map(
    table.columns.filter(({ generated }) => !generated).map(({ name }) => [name, `t.${quoteIdentifier(name)}`]),
  );
  const isNext = next !== undefined && next.next !== null && /^-?\d+$/.test(next.next);
  if (isNext) values.set(next.column, next.next);
  const changed = new Set(isNext ? [next.column] : []);
  for (const { columns, plain } of table.keys) {
    if (columns.some((column) => changed.has(column))) continue;
    const varied = plain ? varyOne(table, columns) : undefined;
    if (varied === undefined) return null;
    changed.add(varied.name);
    // A column that is left out gets its default.
    if (varied.nullable) values.set(varied.name, 'NULL');
    else values.delete(varied.name);
  }
  if (values.size === 0) return null;
  const names = [...values.keys()].map(quoteIdentifier).join(', ');
  const relation = quoteQualified(table.schema, table.relation);
  return {
    sql: `INSERT INTO ${relation} (${names}) OVERRIDING SYSTEM VALUE SELECT ${[...values.values()].join(', ')} FROM ${ownRows(table)} AS t WHERE ${place}`,
    done: isNext
      ? `SELECT EXISTS (SELECT FROM ${relation} AS t WHERE t.${quoteIdentifier(next.column)} = ${next.next}) AS done`
      : null,
  };
}

/** A column of a unique key that another row need not share: NULL is like nothing else, and the default of a uuid is as a rule a new one. */
function varyOne(table: WritableTable, columns: readonly string[]): WritableColumn | undefined {
  const own = table.columns.filter(({ name, generated }) => columns.includes(name) && !generated);
  return (
    own.find(({ type, hasDefault, nullable }) => type === 'uuid' && hasDefault && !nullable) ??
    own.find(({ nullable }) => nullable)
  );
}

/** Sets a column of a row to what it is. Null for a table without a column that can be set. */
export function updateStatement(table: WritableTable, place: RowPlace): TriedStatement | null {
  const column = table.columns.findLast(({ generated, identity }) => !generated && !identity);
  if (column === undefined) return null;
  const relation = ownRows(table);
  const name = quoteIdentifier(column.name);
  return { sql: `UPDATE ${relation} AS t SET ${name} = t.${name} WHERE ${place}`, done: isGone(relation, place) };
}

/** Deletes a row. */
export function deleteStatement(table: WritableTable, place: RowPlace): TriedStatement {
  const relation = ownRows(table);
  return { sql: `DELETE FROM ${relation} AS t WHERE ${place}`, done: isGone(relation, place) };
}

/** A row that was updated lies in another place too. */
function isGone(relation: string, place: RowPlace): string {
  return `SELECT NOT EXISTS (SELECT FROM ${relation} AS t WHERE ${place}) AS done`;
}
