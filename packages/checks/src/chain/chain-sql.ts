// Not all of core, which would take a thread some 80 ms to load.
import { quoteIdentifier } from '@pgdrill/core/identifier';
import type { ChainField, ChainFormat, ColumnField, FormatSelector, HashEncoding, JoinedFormat } from '@pgdrill/core';
import type { WholeChain } from './whole-chain.ts';

/** What is to be known of a table's columns. */
export interface ColumnsSql {
  /** PostgreSQL's own name of a column's type; a domain's base type. */
  typeOf(column: string): string;
  /** The text of a column that takes long to render, and that others may have asked for as well, or a value that `concat` renders as that text. */
  textOf(column: string): string;
}

/**
 * Does a row fit its own hash? An expression that the server computes over the row `t`, which may be NULL instead of false; null where it has no
 * functions for that.
 *
 * Only functions of pg_catalog have a part in it, named with their schema, so that no function that somebody made is called.
 */
export function rowFitsSql(chain: WholeChain, columns: ColumnsSql): string | null {
  const { hash, formats } = chain;
  if (hash.hmac || !SERVER_ALGORITHMS.has(hash.algorithm)) return null;
  const fits = formats.map((format) => {
    const bytes = formatBytesSql(format, chain, columns);
    if (bytes === null) return null;
    const same = sameHashSql(`pg_catalog.${hash.algorithm}(${bytes})`, chain);
    return format.when === undefined ? same : `(${selectorSql(format.when)} AND ${same})`;
  });
  return fits.includes(null) ? null : `(${fits.join(' OR ')})`;
}

/** Source: PostgreSQL manual, "Binary String Functions": these and no others. */
const SERVER_ALGORITHMS: ReadonlySet<string> = new Set(['sha224', 'sha256', 'sha384', 'sha512']);

/** Bytes are compared as such, text as bytes too, whatever the column's collation takes for equal. */
function sameHashSql(bytes: string, { hash }: WholeChain): string {
  const stored = columnSql(hash.column);
  if (hash.encoding === 'bytea') return `${bytes} = ${stored}`;
  return `(${encodedSql(bytes, hash.encoding)}) COLLATE "C" = (${stored}::pg_catalog.text) COLLATE "C"`;
}

function encodedSql(bytes: string, encoding: Exclude<HashEncoding, 'bytea'>): string {
  // PostgreSQL breaks base64 into lines of 76 characters.
  if (encoding === 'base64') return `pg_catalog.replace(pg_catalog.encode(${bytes}, 'base64'), E'\\n', '')`;
  const hex = `pg_catalog.encode(${bytes}, 'hex')`;
  return encoding === 'hex' ? hex : `pg_catalog.upper(${hex})`;
}

/** The hash in a column as text by which links are told: as it is stored, bytes as hex. */
export function linkSql(column: string, { hash }: Pick<WholeChain, 'hash'>): string {
  const value = columnSql(column);
  return hash.encoding === 'bytea' ? `pg_catalog.encode(${value}, 'hex')` : `${value}::pg_catalog.text`;
}

/** The hash in a column as lower-case hex; what is no hash may be anything. */
export function hexSql(column: string, encoding: HashEncoding): string {
  const value = columnSql(column);
  if (encoding === 'bytea') return `pg_catalog.encode(${value}, 'hex')`;
  if (encoding === 'hex-upper') return `pg_catalog.lower(${value}::pg_catalog.text)`;
  // Text that is no base64 would be an error.
  if (encoding === 'base64') {
    const isBase64 = `${value}::pg_catalog.text ~ '^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$'`;
    return `CASE WHEN ${isBase64} THEN pg_catalog.encode(pg_catalog.decode(${value}::pg_catalog.text, 'base64'), 'hex') END`;
  }
  return `${value}::pg_catalog.text`;
}

/** Does a row store that nothing comes before it? */
export function isGenesisSql(column: string, stored: string | null): string {
  const value = columnSql(column);
  return stored === null
    ? `${value} IS NULL`
    : `coalesce(pg_catalog.concat(${value}) = ${literal(stored)} AND ${value} IS NOT NULL, false)`;
}

/** A column of the row `t`. */
export function columnSql(column: string): string {
  return `t.${quoteIdentifier(column)}`;
}

/** standard_conforming_strings is on in every session that reads. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** Is a row of `t` one that a format is meant for? */
export function selectorSql({ column, is, null: isNull, from, below }: FormatSelector): string {
  const value = columnSql(column);
  const tests = [
    ...(isNull === undefined ? [] : [`${value} IS ${isNull ? 'NOT ' : ''}DISTINCT FROM NULL`]),
    ...(is === undefined ? [] : [`pg_catalog.concat(${value}) = ${literal(is)}`]),
    ...(from === undefined ? [] : [`${value}::pg_catalog.numeric >= ${from}`]),
    ...(below === undefined ? [] : [`${value}::pg_catalog.numeric < ${below}`]),
  ];
  return tests.length === 0 ? 'true' : `(${tests.join(' AND ')})`;
}

function formatBytesSql(format: ChainFormat, chain: WholeChain, columns: ColumnsSql): string | null {
  const { charset = 'utf8' } = chain.hash;
  if ('stored' in format || 'sql' in format) {
    const value = `coalesce(${'stored' in format ? columnSql(format.stored) : `(${format.sql})`}, '')`;
    return format.as === 'bytes' ? value : bytesSql(value, charset);
  }
  if (!('separator' in format)) return null;
  const text = joinedSql(format, chain, columns);
  return text === null ? null : bytesSql(text, charset);
}

/** `textsend` gives the bytes that a reader would be sent: UTF-8, by the session's pinned encoding, and quicker than `convert_to`, which looks names up. */
function bytesSql(text: string, charset: 'utf8' | 'latin1'): string {
  return charset === 'utf8' ? `pg_catalog.textsend(${text})` : `pg_catalog.convert_to(${text}, 'LATIN1')`;
}

/** A function takes 100 arguments at most. */
const MOST_ARGUMENTS = 98;

function joinedSql(
  { separator, fields, skipNull = false }: JoinedFormat,
  chain: WholeChain,
  columns: ColumnsSql,
): string | null {
  // `concat_ws` leaves out NULL together with the separator, `concat` writes it as nothing.
  const nullIs: NullRule = skipNull ? 'left out' : separator === '' ? 'nothing' : 'empty';
  const values = fields.map((field) => fieldArguments(field, chain, columns, nullIs));
  if (!values.every((value) => value !== null) || values.length > MOST_ARGUMENTS) return null;
  const isTooMany = values.flat().length > MOST_ARGUMENTS;
  const joined = values.flatMap((value) => (isTooMany && value.length > 1 ? concatSql(value) : value));
  return concatWsSql(separator, joined);
}

/** Joins arguments; without a separator, `concat` does it for less. */
export function concatWsSql(separator: string, values: readonly string[]): string {
  return separator === '' ? concatSql(values) : `pg_catalog.concat_ws(${[literal(separator), ...values].join(', ')})`;
}

function concatSql(values: readonly string[]): string {
  return `pg_catalog.concat(${values.join(', ')})`;
}

/** What becomes of a field that is NULL, unless it says so itself. */
type NullRule = 'left out' | 'nothing' | 'empty';

/** A field as arguments of `concat` or `concat_ws`, which write a value as the type's own output does. */
function fieldArguments(
  field: ChainField,
  chain: WholeChain,
  columns: ColumnsSql,
  nullIs: NullRule,
): readonly string[] | null {
  if ('text' in field) return [literal(field.text)];
  if ('column' in field) return columnArguments(field, columns, field.null ?? (nullIs === 'empty' ? '' : undefined));
  const prev = 'prev' in field && field.as === undefined ? prevSql(chain, nullIs === 'left out') : null;
  if (prev === null) return null;
  return [nullIs === 'empty' ? `coalesce(${prev}, '')` : prev];
}

/** Text that a function may return as it is. */
export function isTextType(type: string): boolean {
  return type === 'text' || type === 'varchar';
}

/**
 * A value of any type as two arguments of `concat` or `concat_ws`, one of which is NULL and left out: less work than to make text of the value first.
 *
 * @param column is NULL where the value is; not by `IS NULL`, which is also true for a composite whose fields are all null
 */
export function eitherArgument(column: string, value: string, whenNull: string): readonly [string, string] {
  return [`CASE WHEN ${column} IS NOT DISTINCT FROM NULL THEN ${literal(whenNull)} END`, value];
}

/** The previous hash as it is hashed. */
function prevSql({ hash, prev: { column, genesis } }: WholeChain, skipsNull: boolean): string | null {
  if (column === undefined) return null;
  const linked = linkSql(column, { hash });
  const { stored = null, hashed } = genesis;
  if (stored === null && (hashed === null || (hashed === '' && !skipsNull))) return linked;
  return `CASE WHEN ${isGenesisSql(column, stored)} THEN ${hashed === null ? 'NULL' : literal(hashed)} ELSE ${linked} END`;
}

function columnArguments(
  { column, timestamp, epoch, json, as }: ColumnField,
  { typeOf, textOf }: ColumnsSql,
  whenNull: string | undefined,
): readonly string[] | null {
  const value = columnSql(column);
  const type = typeOf(column);
  if (epoch || json || as === 'bytes') return null;
  const isText = timestamp !== undefined || as !== undefined || isTextType(type);
  const text = timestamp
    ? timestampSql(value, type, timestamp)
    : as === 'hex'
      ? `pg_catalog.encode(${value}, 'hex')`
      : isJson(type)
        ? textOf(column)
        : value;
  if (text === null) return null;
  if (whenNull === undefined) return [text];
  return isText ? [`coalesce(${text}, ${literal(whenNull)})`] : eitherArgument(value, text, whenNull);
}

function isJson(type: string): boolean {
  return type === 'json' || type === 'jsonb';
}

const DIGITS = { 0: '', 3: '.MS', 6: '.US' } as const;

/** As `timestampText`: what has no such form stays PostgreSQL's own text, and NULL is NULL. The session's time zone is UTC. */
function timestampSql(
  value: string,
  type: string,
  { digits, suffix }: NonNullable<ColumnField['timestamp']>,
): string | null {
  if (digits === 'trimmed' || (type !== 'timestamptz' && type !== 'timestamp')) return null;
  const iso = `pg_catalog.to_char(${value}, 'YYYY-MM-DD"T"HH24:MI:SS${DIGITS[digits]}')`;
  return `CASE WHEN ${value} >= '0001-01-01' AND ${value} < 'infinity' THEN ${iso} || ${literal(suffix)} WHEN ${value} IS NOT NULL THEN pg_catalog.concat(${value}) END`;
}
