import type { DatabaseHandle } from '@pgdrill/core';
import { columnSql, hexSql } from './chain-sql.ts';
import type { BreakKind } from './observation.ts';
import { scopeOf } from './row-reader.ts';
import type { UnlinkedRow } from './walk.ts';
import type { WholeChain } from './whole-chain.ts';

/** A row that no walk could put behind another, and its scope by `scopeOf`. */
export interface UnlinkedInScope extends UnlinkedRow {
  readonly scope: string;
}

/**
 * Tells why rows are behind none, in one narrow reading of the table: no row has the hash that they link to; or one has, which another row follows, too
 * far away for a walk to remember it.
 *
 * @param relation the table, quoted for SQL
 */
export async function nameUnlinked(
  db: DatabaseHandle,
  { hash, scope }: WholeChain,
  relation: string,
  unlinked: readonly UnlinkedInScope[],
): Promise<readonly BreakKind[]> {
  if (unlinked.length === 0) return [];
  const hex = hexSql(hash.column, hash.encoding);
  const scopes = scope.map((column, index) => `${columnSql(column)} AS scope${index}`);
  const rows = await db.query(
    `SELECT ${[`${hex} AS hash`, ...scopes].join(', ')} FROM ${relation} AS t
      WHERE ${hex} IN (SELECT hash FROM pg_catalog.unnest($1::pg_catalog.text[]) AS hash)`,
    [[...new Set(unlinked.flatMap(({ prev, hash: own }) => (prev === null ? own : [prev, own])))]],
  );
  const counts = new Map<string, number>();
  for (const row of rows) {
    const name = `${scopeOf(scope.map((_, index) => row[`scope${index}`] ?? null))} ${row['hash']}`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return unlinked.map(({ scope: name, prev, hash: own, end, kind }) => {
    const countOf = (text: string | null): number => counts.get(`${name} ${text}`) ?? 0;
    // Rows in a ring follow each other, and no row of the chain.
    if (prev === end || countOf(prev) === 0) return kind;
    return countOf(own) > 1 ? 'duplicate' : 'fork';
  });
}
