import { DatabaseError } from '../errors.ts';
import type { DriverResult } from './driver.ts';
import type { BindValue, Row } from './handle.ts';

/**
 * The rows of a result whose columns can be told apart by their names.
 *
 * @throws DatabaseError (SQLSTATE null) when two columns have one name, for the second hides the first; or when one is called `__proto__`, which is
 * no property of an object
 */
export function rowsOf({ columns, rows }: DriverResult): readonly Row[] {
  const unfit = columns.find((column, index) => column === '__proto__' || columns.indexOf(column) < index);
  if (unfit === undefined) return rows;
  const fault = unfit === '__proto__' ? 'a column' : 'two columns';
  throw new DatabaseError(
    null,
    `A query returned ${fault} named ${JSON.stringify(unfit)}. Give each column a name of its own with AS.`,
  );
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
