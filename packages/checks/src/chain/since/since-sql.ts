import { createHash } from 'node:crypto';
import type { BindValue, ChainFormat, Row } from '@pgdrill/core';
import { columnSql } from '../chain-sql.ts';
import type { WholeChain } from '../whole-chain.ts';
import type { ScopePlace } from './find-places.ts';
import { placeSql, scopeSql } from './place-sql.ts';

/** Older rows have their turn in blocks of so many: a block stays what it is when rows are appended, as a thirtieth of all would not. */
const BLOCK_ROWS = 1_000;
/** So many rows before the head are read besides: writers that overtook each other append a few rows before it in order. */
const MARGIN_ROWS = 100;

/** Which part of the older rows is read: `part`, from 1, of `share`. */
export interface OlderPart {
  readonly part: number;
  readonly share: number;
}

/** The rows to read, scope by scope in their places: those from the head on, and the blocks that have their turn, each with the row before and behind it. */
export function sinceSql(select: string, chain: WholeChain, relation: string, { part, share }: OlderPart): string {
  // An expression of the config may name the whole row.
  const inner = chain.formats.some(isExpression) ? select : 't.*';
  const place = 't."pgdrill:place"';
  const inTurn = [1, 0, 2].map(
    (back) => `(greatest(${place} - ${back}, 0) / ${BLOCK_ROWS} + since.turn) % ${share} = ${part - 1}`,
  );
  return `SELECT ${inner === select ? 't.*' : select}, t."pgdrill:scope" AS scope, ${place} AS place
       FROM (SELECT ${inner}, ${scopeSql(chain)} AS "pgdrill:scope", ${placeSql(chain)} AS "pgdrill:place"
               FROM ${relation} AS t WHERE ${columnSql(chain.hash.column)} IS NOT NULL) AS t
       JOIN ROWS FROM (pg_catalog.unnest($1::pg_catalog.text[]), pg_catalog.unnest($2::pg_catalog.int8[]), pg_catalog.unnest($3::pg_catalog.int8[]))
            AS since (scope, head, turn)
         ON since.scope = t."pgdrill:scope"
      WHERE ${place} >= since.head - ${MARGIN_ROWS} OR ${inTurn.join(' OR ')}
      ORDER BY t."pgdrill:scope" COLLATE "C", ${place}`;
}

/** What `sinceSql` is bound to. */
export function sinceValues(places: readonly ScopePlace[]): readonly BindValue[] {
  return [
    places.map(({ scope }) => scope),
    places.map(({ head }) => `${head}`),
    places.map(({ scope }) => `${turnOf(scope)}`),
  ];
}

/** Where a row stands that `sinceSql` read. */
export function placeOf(row: Row): { readonly scope: string; readonly place: number } {
  return { scope: row['scope'] ?? '', place: Number(row['place']) };
}

/** Short chains have all their older rows in one block: those of many scopes are not to have their turn on the same day. */
function turnOf(scope: string): number {
  return scope === '' ? 0 : createHash('sha256').update(scope).digest().readUInt16BE();
}

function isExpression(format: ChainFormat): boolean {
  if ('sql' in format) return true;
  return 'fields' in format && format.fields.some((field) => 'digest' in field && isExpression(field.digest.of));
}
