import type { ChainField, ChainFormat, DatabaseHandle, JoinedFormat } from '@pgdrill/core';
import { columnSql, literal, selectorSql } from './chain-sql.ts';
import type { FoundChain } from './find-chains.ts';

/**
 * Counts the rows in which a field holds the text that stands between fields, so that a row with other fields would be hashed over the same text: `a|b`
 * and `c` are joined as `a` and `b|c` are. Where at most one field can hold it, the others tell where that one begins and ends.
 *
 * Of a long chain, some blocks of rows are looked at: whether fields can hold that text is known from any of them.
 *
 * @param relation the table, quoted for SQL
 * @param counted how many rows it has; null where that is not a table, of which blocks could be read
 */
export async function countAmbiguous(
  db: DatabaseHandle,
  { chain, types }: Pick<FoundChain, 'chain' | 'types'>,
  relation: string,
  counted: number | null,
): Promise<AmbiguousRows> {
  const conditions = chain.formats.flatMap((format) => {
    const ambiguous = joinedIn(format).flatMap((joined) => ambiguousSql(joined, types));
    return ambiguous.length === 0 ? [] : [`(${selected(format)} AND (${ambiguous.join(' OR ')}))`];
  });
  if (conditions.length === 0) return { rows: 0, of: 0 };
  const blocks =
    counted === null || counted <= MOST_READ
      ? ''
      : ` TABLESAMPLE pg_catalog.system (${(100 * SAMPLED) / counted}) REPEATABLE (0)`;
  const [row] = await db.query(
    `SELECT count(*) AS of, count(*) FILTER (WHERE ${conditions.join(' OR ')}) AS rows
       FROM ${relation} AS t${blocks} WHERE ${columnSql(chain.hash.column)} IS NOT NULL`,
  );
  return { rows: Number(row?.['rows']), of: Number(row?.['of']) };
}

/** So many of the rows that were looked at could be divided in another way. None is looked at where the format rules it out. */
export type AmbiguousRows = { readonly rows: number; readonly of: number };

const MOST_READ = 200_000;
const SAMPLED = 20_000;

function selected({ when }: ChainFormat): string {
  return when === undefined ? 'true' : selectorSql(when);
}

/** The joined formats in a format: itself, and those of the hashes inside it. */
function joinedIn(format: ChainFormat): readonly JoinedFormat[] {
  if (!('fields' in format)) return [];
  const inside = format.fields.flatMap((field) => ('digest' in field ? joinedIn(field.digest.of) : []));
  return 'separator' in format ? [format, ...inside] : inside;
}

function ambiguousSql({ separator, fields }: JoinedFormat, types: FoundChain['types']): readonly string[] {
  const typeOf = (column: string): string => types.get(column) ?? '';
  if (separator === '') return fields.filter((field) => isOfAnyLength(field, typeOf)).length < 2 ? [] : ['true'];
  const open = fields.flatMap((field) =>
    'column' in field && holdsAnyText(field, typeOf) ? [columnSql(field.column)] : [],
  );
  if (open.length < 2) return [];
  // One search is cheaper than several; what is longer than a character could be found where two values meet.
  const texts = separator.length === 1 ? [open.join(', ')] : open;
  return texts.map((text) => `pg_catalog.strpos(pg_catalog.concat(${text}), ${literal(separator)}) > 0`);
}

/** Types whose text nobody chooses, or which tells by itself where it ends. */
const CLOSED: ReadonlySet<string> = new Set(
  'bool int2 int4 int8 float4 float8 numeric money oid uuid bytea date time timetz timestamp timestamptz interval inet cidr macaddr json jsonb'.split(
    ' ',
  ),
);
/** Types whose text is always as long. */
const OF_ONE_LENGTH: ReadonlySet<string> = new Set(['uuid', 'bool', 'bpchar']);

function holdsAnyText(field: Extract<ChainField, { column: string }>, typeOf: (column: string) => string): boolean {
  const isRendered = field.timestamp ?? field.epoch ?? field.json ?? field.as;
  return isRendered === undefined && !CLOSED.has(typeOf(field.column));
}

function isOfAnyLength(field: ChainField, typeOf: (column: string) => string): boolean {
  if (!('column' in field) || OF_ONE_LENGTH.has(typeOf(field.column))) return false;
  return field.timestamp === undefined || field.timestamp.digits === 'trimmed';
}
