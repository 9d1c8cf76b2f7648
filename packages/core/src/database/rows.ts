import { DatabaseError } from '../errors.ts';
import type { DriverResult } from './driver.ts';
import type { BindValue, Row } from './handle.ts';

/**
 * Makes an object of each row.
 *
 * @throws DatabaseError (SQLSTATE null) when two columns have one name: the second would hide the first
 */
export function asObjects({ columns, rows }: DriverResult): readonly Row[] {
  const repeated = columns.find((column, index) => columns.indexOf(column) < index);
  if (repeated !== undefined) {
    throw new DatabaseError(
      null,
      `A query returned two columns named ${JSON.stringify(repeated)}. Give each its own name with AS.`,
    );
  }
  return columns.includes('__proto__') ? rows.map((values) => anyNames(columns, values)) : plainNames(columns, rows);
}

/** A plain loop, because this runs for every value of every row. */
function plainNames(columns: readonly string[], rows: DriverResult['rows']): readonly Row[] {
  return rows.map((values) => {
    const row: Record<string, string | null> = {};
    for (let index = 0; index < columns.length; index += 1) row[columns[index] ?? ''] = values[index] ?? null;
    return row;
  });
}

/** Assigning to `__proto__` would not make a property. */
function anyNames(columns: readonly string[], values: readonly (string | null)[]): Row {
  return Object.fromEntries(columns.map((column, index) => [column, values[index] ?? null]));
}

/** PostgreSQL's text form of a bind value; the server infers its type. */
export function bindText(value: BindValue): string | null {
  if (value === null) return null;
  return typeof value === 'object' ? arrayText(value) : String(value);
}

/** Every item quoted, so that none is taken for a NULL or a brace. Source: PostgreSQL manual, "Array Input and Output Syntax". */
function arrayText(items: readonly (string | null)[]): string {
  const quoted = items.map((item) => (item === null ? 'NULL' : `"${item.replaceAll(/["\\]/g, String.raw`\$&`)}"`));
  return `{${quoted.join(',')}}`;
}
