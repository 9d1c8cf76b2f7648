import { hash as digest } from 'node:crypto';
import type { BinaryRow, ChainAlgorithm } from '@pgdrill/core';
import { columnSql } from '../../chain-sql.ts';
import { keyColumn, scopeOf } from '../../row-reader.ts';
import type { WholeChain } from '../../whole-chain.ts';
import { fieldBytes } from './field-bytes.ts';

/** What one row of a chain says, its hash recomputed; texts are as those of a `ReadRow`. */
export interface ByteRow {
  readonly key: string;
  readonly hash: string | null;
  readonly prev: string | null;
  readonly scope: string;
  /** Does it fit its hash? */
  readonly fits: boolean;
  /** Has a timestamp digits finer than a millisecond? */
  readonly fine: boolean;
}

/** Reads rows of a chain from the bytes in which they are sent, without making text of what is hashed: about a third less work than a `RowReader`'s. */
export interface ByteReader {
  /** What to select from the table `t`. */
  readonly select: readonly string[];
  /** Null for a row that only a `RowReader` can read: a timestamp that has no date. */
  read(row: BinaryRow): ByteRow | null;
}

/**
 * Prepares to read rows of a chain.
 *
 * @returns null for a chain whose rows are more than fields put together, or whose hashes are not stored as plain hex or bytes
 */
export function byteReader(chain: WholeChain, typeOf: (column: string) => string): ByteReader | null {
  const { hash, prev, scope, formats } = chain;
  const [format, ...others] = formats;
  const isPlain = format !== undefined && others.length === 0 && format.when === undefined && 'separator' in format;
  if (!isPlain || prev.column === undefined || hash.hmac !== undefined || hash.charset === 'latin1') return null;
  const isBytes = hash.encoding === 'bytea';
  const isStoredSo = (column: string): boolean =>
    isBytes ? typeOf(column) === 'bytea' : hash.encoding === 'hex' && isText(typeOf(column));
  if (!isStoredSo(hash.column) || !isStoredSo(prev.column)) return null;
  const { stored: genesis = null, hashed } = prev.genesis;
  if (!canHash(hash.algorithm)) return null;
  // Links are read as ASCII.
  if (genesis !== null && !/^[ -~]*$/.test(genesis)) return null;

  const select: string[] = [];
  const add = (sql: string): number => select.push(sql) - 1;
  const textOf = (column: string): string =>
    isText(typeOf(column)) ? columnSql(column) : `pg_catalog.concat(${columnSql(column)})`;
  const keyAt = add(textOf(keyColumn(chain)));
  const hashAt = add(columnSql(hash.column));
  const prevAt = add(columnSql(prev.column));
  const scopesAt = scope.map((column) =>
    add(`CASE WHEN ${columnSql(column)} IS DISTINCT FROM NULL THEN ${textOf(column)} END`),
  );
  const data = fieldBytes(format, { typeOf, add, prev: { column: prevAt, isBytes, genesis: hashed ?? '' } });
  if (data === null) return null;

  const link = (row: BinaryRow, column: number): string | null => textAt(row, column, isBytes ? 'hex' : 'latin1');
  return {
    select,
    read(row) {
      const [own, before] = [link(row, hashAt), link(row, prevAt)];
      const stored = isBytes && before !== null ? `\\x${before}` : before;
      const isFirst = stored === genesis;
      const put = data.put(row, isFirst);
      if (put === null) return null;
      return {
        key: textAt(row, keyAt, 'utf8') ?? '',
        hash: own,
        prev: isFirst ? stored : before,
        scope: scopesAt.length === 0 ? '' : scopeOf(scopesAt.map((column) => textAt(row, column, 'utf8'))),
        fits: own !== null && digest(hash.algorithm, put, 'hex') === own,
        fine: data.isFine(),
      };
    },
  };
}

/** Not every build of OpenSSL has every algorithm. */
function canHash(algorithm: ChainAlgorithm): boolean {
  try {
    return digest(algorithm, '', 'hex') !== '';
  } catch {
    return false;
  }
}

/** Types that are sent as the bytes of their text. */
function isText(type: string): boolean {
  return type === 'text' || type === 'varchar' || type === 'bpchar';
}

function textAt({ bytes, starts, ends }: BinaryRow, column: number, encoding: BufferEncoding): string | null {
  const from = starts[column] ?? -1;
  return from < 0 ? null : bytes.toString(encoding, from, ends[column]);
}
