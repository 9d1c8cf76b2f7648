import { quoteIdentifier } from '@pgdrill/core';
import type { ChainField, ChainHash } from '@pgdrill/core';
import type { WholeChain } from './audit-chain.ts';

/**
 * What a row's own hash should be, computed by the server: the stored hash of a whole row is the same value.
 *
 * Only functions of pg_catalog have a part in it, named with their schema, so that no function that somebody made is called.
 */
export function rowHashSql({ hash, prev, format }: WholeChain): string {
  const fields = format.fields.map((field) => ('prev' in field ? prevSql({ hash, prev }) : fieldSql(field)));
  const text = `pg_catalog.concat(${joined(fields, format.separator)})`;
  const bytes = `pg_catalog.${hash.algorithm}(pg_catalog.convert_to(${text}, 'UTF8'))`;
  return hash.encoding === 'bytea' ? bytes : `pg_catalog.encode(${bytes}, 'hex')`;
}

/** The previous hash as it is hashed. `concat` writes NULL as nothing. */
function prevSql({ hash, prev }: Pick<WholeChain, 'hash' | 'prev'>): string {
  const { stored, hashed } = prev.genesis;
  const linked = hexSql(prev.column, hash);
  if (stored === null && hashed === '') return linked;
  return `CASE WHEN ${isGenesisSql({ prev })} THEN ${literal(hashed)} ELSE ${linked} END`;
}

/** The hash in a column as hex: null when nothing is stored. */
export function hexSql(column: string, { encoding }: ChainHash): string {
  const value = columnSql(column);
  return encoding === 'bytea' ? `pg_catalog.encode(${value}, 'hex')` : `${value}::pg_catalog.text`;
}

/** Does a row store that nothing comes before it? */
export function isGenesisSql({ prev: { column, genesis } }: Pick<WholeChain, 'prev'>): string {
  const value = columnSql(column);
  return genesis.stored === null
    ? `${value} IS NULL`
    : `(${value} IS NOT NULL AND pg_catalog.concat(${value}) = ${literal(genesis.stored)})`;
}

/** A column of the row `t`. */
export function columnSql(column: string): string {
  return `t.${quoteIdentifier(column)}`;
}

/** standard_conforming_strings is on in every session that reads. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A function takes 100 arguments at most. */
const MOST_ARGUMENTS = 98;

function joined(fields: readonly string[], separator: string): string {
  const values = fields.flatMap((field, index) =>
    index === 0 || separator === '' ? [field] : [literal(separator), field],
  );
  const groups = Array.from({ length: Math.ceil(values.length / MOST_ARGUMENTS) }, (_, group) =>
    values.slice(group * MOST_ARGUMENTS, (group + 1) * MOST_ARGUMENTS).join(', '),
  );
  return groups.length === 1 ? (groups[0] ?? '') : groups.map((group) => `pg_catalog.concat(${group})`).join(', ');
}

/** `concat` writes a value as the type's own output does, and NULL as nothing. */
function fieldSql({ column, null: whenNull = '', timestamp }: Exclude<ChainField, { readonly prev: true }>): string {
  const value = columnSql(column);
  const text = timestamp === undefined ? value : timestampSql(value, timestamp.digits, timestamp.suffix);
  if (whenNull === '') return text;
  return `CASE WHEN ${value} IS NULL THEN ${literal(whenNull)} ELSE pg_catalog.concat(${text}) END`;
}

const DIGITS = { 0: '', 3: '.MS', 6: '.US' } as const;

/** As `timestampText`: what has no such form stays PostgreSQL's own text. The session's time zone is UTC. */
function timestampSql(value: string, digits: 0 | 3 | 6, suffix: string): string {
  const iso = `pg_catalog.to_char(${value}, 'YYYY-MM-DD"T"HH24:MI:SS${DIGITS[digits]}')`;
  return `CASE WHEN ${value} >= '0001-01-01' AND ${value} < 'infinity' THEN ${iso} || ${literal(suffix)} ELSE pg_catalog.concat(${value}) END`;
}
