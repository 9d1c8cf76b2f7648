import type { DatabaseHandle, Row } from '@pgdrill/core';
import { columnSql, hexSql } from '../chain-sql.ts';
import type { FoundChain } from '../find-chains.ts';
import { keyColumn, scopeOf } from '../row-reader.ts';
import { scopeShower } from '../show-key.ts';
import { placeSql, scopeSql } from './place-sql.ts';
import type { SinceHead } from './since-heads.ts';

/** One scope's chain as it is in the table now. */
export interface ScopePlace {
  /** By `scopeSql`. */
  readonly scope: string;
  readonly rows: number;
  /** Where the row is that was its head; 0 when there is none, so that all rows are new. */
  readonly head: number;
}

/** What became of the heads of an earlier capture. */
export interface FoundHeads {
  readonly places: readonly ScopePlace[];
  /** Heads of which there is no row any more. */
  readonly missing: readonly SinceHead[];
  /** Heads whose row, by its key, holds another hash now. */
  readonly differing: readonly SinceHead[];
}

/**
 * Looks for the heads of an earlier capture, in one narrow reading of the table.
 *
 * @param relation the table, quoted for SQL
 */
export async function findPlaces(
  db: DatabaseHandle,
  found: FoundChain,
  relation: string,
  heads: readonly SinceHead[],
): Promise<FoundHeads> {
  const { chain } = found;
  const { hash, scope } = chain;
  const hex = hexSql(hash.column, hash.encoding);
  const columns = scope.map((column, index) => `${columnSql(column)} AS scope${index}`);
  const names = ['scope', ...scope.map((_, index) => `scope${index}`)];
  const rows = await db.query(
    `SELECT ${names.join(', ')}, pg_catalog.count(*) AS rows,
        pg_catalog.json_agg(pg_catalog.json_build_array(hash, place)) FILTER (WHERE is_head) AS heads
       FROM (SELECT ${[`${scopeSql(chain)} AS scope`, ...columns].join(', ')}, ${hex} AS hash, ${placeSql(chain)} AS place,
               ${hex} IN (SELECT head FROM pg_catalog.unnest($1::pg_catalog.text[]) AS head) AS is_head
               FROM ${relation} AS t WHERE ${columnSql(hash.column)} IS NOT NULL) AS rows
      GROUP BY ${names.join(', ')}`,
    [heads.map((head) => head.hash)],
  );
  const placed = new Map<string, readonly [SinceHead, number]>();
  const byScope = scopesByName(rows, found);
  const lost: SinceHead[] = [];
  for (const head of heads) {
    const row = byScope.get(head.scope);
    const marks = JSON.parse(row?.['heads'] ?? '[]') as readonly (readonly [string, number])[];
    const mark = marks.find(([marked]) => marked === head.hash);
    if (row === undefined || mark === undefined) lost.push(head);
    else placed.set(row['scope'] ?? '', [head, mark[1]]);
  }
  const there = await keysThere(db, found, relation, lost);
  return {
    places: rows.map((row) => ({
      scope: row['scope'] ?? '',
      rows: Number(row['rows']),
      head: placed.get(row['scope'] ?? '')?.[1] ?? 0,
    })),
    missing: lost.filter(({ key }) => !there.has(key)),
    differing: lost.filter(({ key }) => there.has(key)),
  };
}

/** Scopes as a manifest may name them: it does not say what it was allowed to reveal. */
function scopesByName(rows: readonly Row[], { types, chain: { scope } }: FoundChain): ReadonlyMap<string, Row> {
  const ways = (['keys', 'surrogate-keys'] as const).map((reveal) => scopeShower(types, scope, reveal));
  return new Map(
    rows.flatMap((row) => {
      const name = scopeOf(scope.map((_, index) => row[`scope${index}`] ?? null));
      return ways.map((show) => [show(name), row] as const);
    }),
  );
}

/** So many heads that were lost are looked for by their keys. */
const MOST_LOOKED_FOR = 1_000;

/** Of the keys of heads, as a manifest shows them, those that a row has. */
async function keysThere(
  db: DatabaseHandle,
  { chain }: FoundChain,
  relation: string,
  heads: readonly SinceHead[],
): Promise<ReadonlySet<string>> {
  if (heads.length === 0) return new Set();
  const key = `pg_catalog.concat(${columnSql(keyColumn(chain))})`;
  // As `keyShower` makes it.
  const short = `pg_catalog.concat('#', pg_catalog.left(pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(${key}, 'UTF8')), 'hex'), 12))`;
  const rows = await db.query(
    `SELECT head FROM pg_catalog.unnest($1::pg_catalog.text[]) AS head
      WHERE head IN (SELECT ${key} FROM ${relation} AS t) OR head IN (SELECT ${short} FROM ${relation} AS t)`,
    [heads.slice(0, MOST_LOOKED_FOR).map((head) => head.key)],
  );
  return new Set(rows.map((row) => row['head'] ?? ''));
}
