import type { ChainField, ChainFormat } from '@pgdrill/core';
import { columnSql, literal } from './chain-sql.ts';

type ColumnField = Extract<ChainField, { readonly column: string }>;

/** A piece of the text that a row's hash is taken over: the previous hash, or a value that is read from the row. */
export type TextPart =
  | { readonly prev: true }
  | {
      /** What the value is called in the rows that are read. */
      readonly name: string;
      /** Reads it from the table `t`. */
      readonly sql: string;
      readonly whenNull: string;
      readonly timestamp?: NonNullable<ColumnField['timestamp']>;
    };

/** `concat` takes 100 arguments at most, and a field needs up to three. */
const MOST_JOINED = 30;

/**
 * Cuts a format into parts that are joined by its separator.
 *
 * Columns that stand side by side come joined from the server, because every value that is carried costs. `concat` writes each as the type's own
 * output does; a cast to text could be a function of somebody's.
 */
export function textParts({ separator, fields }: ChainFormat): readonly TextPart[] {
  const groups: (TextPart | ColumnField[])[] = [];
  for (const field of fields) {
    const last = groups.at(-1);
    if ('prev' in field) groups.push({ prev: true });
    else if (field.timestamp) groups.push(onePart(field, `f${groups.length}`));
    else if (Array.isArray(last) && last.length < MOST_JOINED) last.push(field);
    else groups.push([field]);
  }
  return groups.map((group, index) => (Array.isArray(group) ? joinedPart(group, separator, `f${index}`) : group));
}

function onePart({ column, null: whenNull = '', timestamp }: ColumnField, name: string): TextPart {
  return { name, sql: columnSql(column), whenNull, ...(timestamp === undefined ? {} : { timestamp }) };
}

function joinedPart(fields: readonly ColumnField[], separator: string, name: string): TextPart {
  const [first] = fields;
  if (fields.length === 1 && first) return onePart(first, name);
  const values = fields.map(({ column, null: whenNull = '' }) => {
    const value = columnSql(column);
    return whenNull === '' ? value : `CASE WHEN ${value} IS NULL THEN ${literal(whenNull)} END, ${value}`;
  });
  return { name, sql: `pg_catalog.concat(${values.join(`, ${literal(separator)}, `)})`, whenNull: '' };
}

/** The columns whose values are rendered as timestamps. */
export function timestampColumns({ fields }: ChainFormat): readonly string[] {
  return fields.flatMap((field) => ('column' in field && field.timestamp ? [field.column] : []));
}
