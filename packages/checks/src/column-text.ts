import { quoteIdentifier } from '@pgdrill/core';
import type { Column } from '@pgdrill/core';

/** `t."column"`. */
export function columnValue({ name }: Pick<Column, 'name'>): string {
  return `t.${quoteIdentifier(name)}`;
}

/**
 * SQL for a column's text form by its type's own output function, or NULL. Checks that ask the scan for the same text share it.
 *
 * `concat` calls that function for any type; a cast to text might be one that a user defined, or strip spaces. `IS NOT DISTINCT FROM NULL` asks for the
 * value itself, where `IS NULL` would also be true for a composite whose fields are all null.
 */
export function renderedText(column: Pick<Column, 'name'>): string {
  const value = columnValue(column);
  return `CASE WHEN ${value} IS NOT DISTINCT FROM NULL THEN NULL ELSE pg_catalog.concat(${value}) END`;
}
