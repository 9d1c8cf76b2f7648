import type { Column } from '@pgdrill/core';
import { columnValue, renderedText } from '../column-text.ts';
import { directHash, hashRoute, seedOf, textHash } from './column-hash.ts';

/** SQL that turns a row into a 64-bit hash, and the expression below it that is evaluated once for every row. */
export interface RowHash {
  /** A bytea array that holds every column that cannot be hashed directly; null when there is none. */
  readonly packed: string | null;
  /** Columns whose text is hashed. */
  readonly texts: readonly Column[];
  /**
   * A bigint, never null. Two purposes give two independent hashes of the same row. `packedName` is how the packed expression is called there, `textName`
   * how a column's text is; it is rendered in place unless given.
   */
  of(purpose: string, packedName: string, textName?: (column: Column) => string): string;
}

/**
 * The hash of some columns of a row.
 *
 * Each column is hashed under a seed made from its name, the hashes are joined by exclusive or, and the result is mixed once more: without that last
 * step the sum over all rows would not notice two rows that swapped a value. `record_send` gives each column's length or a null mark, so that no two
 * different rows have the same packed form.
 */
export function rowHash(columns: readonly Column[]): RowHash {
  const direct = columns.filter((column) => hashRoute(column) === 'direct');
  const texts = columns.filter((column) => hashRoute(column) === 'text');
  // Packed in an order of their own, since a partition may have its columns in another order than the next.
  const others = columns
    .filter((column) => !direct.includes(column) && !texts.includes(column))
    .toSorted((one, other) => (one.name < other.name ? -1 : 1));
  const fields = others.map((column) => (hashRoute(column) === 'packed' ? columnValue(column) : renderedText(column)));
  return {
    packed: fields.length === 0 ? null : `ARRAY[record_send(ROW(${fields.join(', ')}))]`,
    texts,
    of(purpose, packedName, textName = renderedText) {
      const parts = [
        ...direct.map((column) => directHash(column, seedOf(purpose, column.name))),
        ...texts.map((column) => textHash(textName(column), seedOf(purpose, column.name))),
      ];
      const names = others.map(({ name }) => name);
      if (names.length > 0)
        parts.push(`hash_array_extended(${packedName}, ${seedOf(purpose, 'packed', ...names).wide})`);
      if (parts.length === 0) parts.push('0::int8');
      return `hashint4extended(${seedOf(purpose).narrow}, ${parts.join(' # ')})`;
    },
  };
}
