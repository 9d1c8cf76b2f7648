import type { DatabaseHandle } from '@pgdrill/core';
import { columnSql, hexSql, isGenesisSql } from '../chain-sql.ts';
import type { BreakKind } from '../observation.ts';
import type { WholeChain } from '../whole-chain.ts';
import type { ScopePlace } from './find-places.ts';
import { scopeSql } from './place-sql.ts';

/** A row that links out of what was read of its scope. */
export interface OutsideLink {
  readonly scope: ScopePlace;
  readonly place: number;
  readonly key: string;
  /** What it links to: a hash as hex, or what stands for the genesis. */
  readonly prev: string | null;
  /** How many rows that were read link to the same. */
  readonly followers: number;
}

/** What the table says of links that lead out of what was read. */
export interface OutsideLinks {
  readonly breaks: readonly { readonly kind: BreakKind; readonly place: number; readonly key: string }[];
  /** A row that was appended since the earlier capture lies so far from the others in order that it was not read. */
  readonly goesAstray: boolean;
}

/** The hash at which a scope's chain ends, as far as it was read. */
export interface ReadEnd {
  readonly scope: ScopePlace;
  readonly hash: string;
}

/**
 * Looks up where links lead that go out of what was read, in one narrow reading of the table: to one row, which no other row follows. And whether a row
 * follows the last one that was read, which then is not the last.
 *
 * @param relation the table, quoted for SQL
 */
export async function lookUpLinks(
  db: DatabaseHandle,
  chain: WholeChain,
  relation: string,
  outside: readonly OutsideLink[],
  ends: readonly ReadEnd[],
): Promise<OutsideLinks> {
  const genesis = chain.prev.genesis.stored ?? null;
  const hashes = [...outside.map(({ prev }) => prev), ...ends.map(({ hash }) => hash)];
  const { rowsOf, followersOf } = await linkedRows(db, chain, relation, [...new Set(hashes)]);
  const breaks = new Map<string, OutsideLinks['breaks'][number]>();
  let goesAstray = ends.some(({ scope, hash }) => followersOf(scope, hash).rows > 0);
  for (const { scope, place, key, prev, followers } of outside) {
    const isFirst = prev === genesis;
    const kind = !isFirst && rowsOf(scope, prev) === 0 ? missing(place) : null;
    const { rows, distinct } = followersOf(scope, prev);
    if (kind !== null) breaks.set(`${scope.scope} ${place}`, { kind, place, key });
    else if (rows > followers)
      breaks.set(`${scope.scope} to ${prev}`, { kind: distinct === 1 ? 'duplicate' : 'fork', place, key });
    else if (place > scope.head) goesAstray = true;
  }
  return { breaks: [...breaks.values()], goesAstray };
}

function missing(place: number): BreakKind {
  return place === 1 ? 'prefix-missing' : 'link-mismatch';
}

interface LinkedRows {
  rowsOf(scope: ScopePlace, hash: string | null): number;
  /** Of the rows that link to this hash: how many there are, and how many different ones. */
  followersOf(scope: ScopePlace, hash: string | null): { readonly rows: number; readonly distinct: number };
}

async function linkedRows(
  db: DatabaseHandle,
  chain: WholeChain,
  relation: string,
  hashes: readonly (string | null)[],
): Promise<LinkedRows> {
  const { hash, prev } = chain;
  const genesis = prev.genesis.stored ?? null;
  const column = prev.column ?? '';
  const isFirst = isGenesisSql(column, genesis);
  const [own, link] = [hexSql(hash.column, hash.encoding), hexSql(column, hash.encoding)];
  const listed = '(SELECT hash FROM pg_catalog.unnest($1::pg_catalog.text[]) AS hash)';
  const wanted = [
    `${own} IN ${listed}`,
    `(NOT ${isFirst} AND ${link} IN ${listed})`,
    ...(hashes.includes(genesis) ? [isFirst] : []),
  ];
  const rows = await db.query(
    `SELECT ${scopeSql(chain)} AS scope, ${own} AS hash, ${isFirst} AS is_first, ${link} AS prev
       FROM ${relation} AS t WHERE ${columnSql(hash.column)} IS NOT NULL AND (${wanted.join(' OR ')})`,
    [hashes.filter((text) => text !== null)],
  );
  const having = Map.groupBy(rows, (row) => `${row['scope']} ${row['hash']}`);
  const following = Map.groupBy(
    rows,
    (row) => `${row['scope']} ${row['is_first'] === 't' ? genesis : (row['prev'] ?? null)}`,
  );
  return {
    rowsOf: ({ scope }, text) => having.get(`${scope} ${text}`)?.length ?? 0,
    followersOf: ({ scope }, text) => {
      const found = following.get(`${scope} ${text}`) ?? [];
      return { rows: found.length, distinct: new Set(found.map((row) => row['hash'])).size };
    },
  };
}
