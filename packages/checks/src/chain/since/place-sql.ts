import { renderedText } from '../../column-text.ts';
import { columnSql, hexSql } from '../chain-sql.ts';
import type { WholeChain } from '../whole-chain.ts';

/** The scope of a row of `t` as one text, which tells it from every other; empty where there are no scopes. */
export function scopeSql({ scope }: Pick<WholeChain, 'scope'>): string {
  if (scope.length === 0) return `''::pg_catalog.text`;
  return `pg_catalog.concat(ARRAY[${scope.map((name) => renderedText({ name })).join(', ')}])`;
}

/** The place of a row of `t` in its scope, from 1, in the declared order; rows that share theirs are told apart by their hash. */
export function placeSql({ scope, order, hash }: WholeChain): string {
  const within = scope.length === 0 ? '' : `PARTITION BY ${scope.map(columnSql).join(', ')} `;
  const by = [...order.map(columnSql), `(${hexSql(hash.column, hash.encoding)}) COLLATE "C"`];
  return `pg_catalog.row_number() OVER (${within}ORDER BY ${by.join(', ')})`;
}
