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
      `A query returned two columns with the name ${JSON.stringify(repeated)}. Give each its own name with AS.`,
    );
  }
  const width = columns.length;
  return rows.map((values) => {
    const row: Record<string, string | null> = {};
    for (let index = 0; index < width; index++) row[columns[index] as string] = values[index] as string | null;
    return row;
  });
}

/** PostgreSQL's text form of a bind value; the server infers its type. */
export function bindText(value: BindValue): string | null {
  if (value === null) return null;
  if (typeof value === 'object') return arrayText(value);
  return String(value);
}

function arrayText(items: readonly (string | null)[]): string {
  return `{${items.map((item) => (item === null ? 'NULL' : `"${item.replaceAll(/["\\]/g, String.raw`\$&`)}"`)).join(',')}}`;
}
