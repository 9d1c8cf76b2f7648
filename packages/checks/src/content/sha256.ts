import { quoteIdentifier } from '@pgdrill/core';
import type { Column, Measure } from '@pgdrill/core';
import { columnValue, renderedText } from '../column-text.ts';
import { hashRoute } from './column-hash.ts';

/**
 * Adds a multiset sum of SHA-256: each row's packed form is hashed, and the four 64-bit words of the hashes are summed.
 *
 * The rows themselves cannot be forged one by one. Somebody free to choose a great many rows at once could still find a set with the same sums.
 */
export function sha256Measures(
  columns: readonly Column[],
  derived: Record<string, string>,
  measures: Record<string, Measure>,
): void {
  // Text too goes in packed: its binary form is UTF-8 here, whatever the server's encoding.
  const fields = columns.map((column) =>
    hashRoute(column) === 'rendered' || column.domain ? renderedText(column) : columnValue(column),
  );
  derived['sha256'] = `sha256(record_send(ROW(${fields.join(', ')})))`;
  const hash = `t.${quoteIdentifier('content:sha256')}`;
  for (const word of [0, 1, 2, 3]) {
    const hex = `encode(substring(${hash} FROM ${word * 8 + 1} FOR 8), 'hex')`;
    measures[`sha256_${word}`] = { sql: `sum(('x' || ${hex})::bit(64)::int8)`, merge: 'sum', ofNone: null };
  }
}
