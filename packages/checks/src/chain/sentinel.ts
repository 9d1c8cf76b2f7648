import { quoteIdentifier } from '@pgdrill/core';
import type { DatabaseHandle } from '@pgdrill/core';
import type { FoundChain } from './find-chains.ts';
import type { ChainObservation } from './observation.ts';
import { hexOf } from './hash-text.ts';

/**
 * Reads the hash that the sentinel row holds: null when it holds none, or the row is gone. Nothing for a chain without a sentinel.
 *
 * @throws DatabaseError when the sentinel is there and cannot be read
 */
export async function readSentinel(
  db: Pick<DatabaseHandle, 'query'>,
  { chain, config }: FoundChain,
): Promise<Pick<ChainObservation, 'sentinel' | 'sentinelMissing'>> {
  const { sentinel, hash } = chain;
  if (!sentinel) return {};
  const [place] = await db.query(
    `SELECT a.attrelid::regclass AS relation FROM pg_attribute a
      WHERE a.attrelid = to_regclass($1) AND a.attname = $2 AND NOT a.attisdropped`,
    [sentinel.table, sentinel.column],
  );
  const relation = place?.['relation'] ?? null;
  // A table that only looks like the reference chain need not have its sentinel.
  if (relation === null) return config.sentinel === undefined ? {} : { sentinelMissing: true };
  const [row] = await db.query(`SELECT t.${quoteIdentifier(sentinel.column)} AS hash FROM ${relation} AS t LIMIT 1`);
  const value = row?.['hash'] ?? null;
  return { sentinel: value === null ? null : hexOf(value, hash.encoding) };
}
