import { quoteIdentifier, quoteQualified } from '@pgdrill/core';
import type { Column, Table } from '@pgdrill/core';
import { columnValue } from '../column-text.ts';
import { derivedName } from './digest-columns.ts';
import type { DigestColumns } from './digest-columns.ts';
import { rowHash } from './row-hash.ts';

const PACKED = derivedName('packed');

/** Which buckets to look into: numbers out of `count`. */
export interface BucketChoice {
  readonly count: number;
  readonly numbers: readonly number[];
}

/**
 * Every row of the chosen buckets as `k` (the hash of its key, or of the whole row where there is no key), `a` and `b` (the digest's own row hashes) and
 * `ctid`, sorted by `k`.
 */
export function rowsQuery(table: Table, { stored, key }: DigestColumns, buckets: BucketChoice | null): string {
  const row = rowHash(stored);
  const keyHash = rowHash(key);
  const packed = row.packed === null ? 'NULL' : row.packed;
  const k = key.length === 0 ? row.of('a', PACKED) : keyHash.of('key', keyHash.packed ?? '');
  const bucket = key.length === 0 ? row.of('bucket', row.packed ?? '') : keyHash.of('bucket', keyHash.packed ?? '');
  const chosen =
    buckets === null || buckets.numbers.length > buckets.count / 2
      ? ''
      : ` WHERE (${bucket}) & ${buckets.count - 1} IN (${buckets.numbers.join(', ')})`;
  return `SELECT ${k} AS k, ${row.of('a', PACKED)} AS a, ${row.of('b', PACKED)} AS b, ${derivedName('place')} AS ctid
    FROM (SELECT t.*, ${packed} AS ${quoteIdentifier('content:packed')}, t.ctid AS ${quoteIdentifier('content:place')} FROM ONLY ${quoteQualified(table.schema, table.relation)} AS t${chosen} OFFSET 0) AS t
    ORDER BY 1, 2, 3`;
}

/** The key columns' text and a hash of every column, of the rows at the given places (`$1`, an array of ctid). */
export function rowDetailsQuery(table: Table, { stored, key }: DigestColumns): string {
  const values = key.map((column, index) => `${columnValue(column)} AS key_${index}`);
  const hashes = stored.map((column, index) => `${columnHash(column)} AS column_${index}`);
  return `SELECT ${['t.ctid AS ctid', ...values, ...hashes].join(', ')}
    FROM ONLY ${quoteQualified(table.schema, table.relation)} AS t WHERE t.ctid = ANY ($1::tid[])`;
}

/** Keys of at most `limit` rows in the chosen buckets, with their places. */
export function candidatesQuery(table: Table, { key }: DigestColumns, buckets: BucketChoice, limit: number): string {
  const keyHash = rowHash(key);
  const bucket = keyHash.of('bucket', keyHash.packed ?? '');
  const values = key.map((column, index) => `${columnValue(column)} AS key_${index}`);
  const order = key.map(({ name }) => `t.${quoteIdentifier(name)}`).join(', ');
  return `SELECT ${values.join(', ')} FROM ONLY ${quoteQualified(table.schema, table.relation)} AS t
    WHERE (${bucket}) & ${buckets.count - 1} IN (${buckets.numbers.join(', ')}) ORDER BY ${order} LIMIT ${limit}`;
}

function columnHash(column: Column): string {
  const hash = rowHash([column]);
  return hash.of('column', hash.packed ?? '');
}
