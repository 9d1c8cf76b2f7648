import { createHash } from 'node:crypto';
import type { Column } from '@pgdrill/core';
import { columnValue } from '../column-text.ts';

/**
 * How a column enters a row's hash.
 *
 * - `direct`: a hash function of PostgreSQL that tells any two values apart which differ in a bit, so that nothing need be rendered.
 * - `text`: the hash of the type's text form, which other checks read as well: it is rendered once for all.
 * - `packed`: the type's binary form, which is the same on every version and under every setting; many such columns are packed into one bytea.
 * - `rendered`: the type's text form, for types whose binary form holds object identifiers or that have none.
 */
export type HashRoute = 'direct' | 'text' | 'packed' | 'rendered';

/**
 * The functions of the route `direct`, by base type. `value` is the column, `seed` a 64-bit constant.
 *
 * PostgreSQL's own hash functions must find equal what `=` finds equal, so most are of no use here: those of numeric, float, interval and jsonb lose
 * scale, sign of zero, units; and `hashint8extended` folds 64 bits to 32 before it hashes, which timestamps inherit. An 8-byte integer is therefore
 * passed as the seed of `hashint4extended`, which mixes all 64 bits of it.
 *
 * Source: PostgreSQL, `src/backend/access/hash/hashfunc.c` and `src/common/hashfn.c`, the same in 12 to 18.
 */
const DIRECT: Readonly<Record<string, (value: string, seed: Seed) => string>> = {
  int2: (value, { wide }) => `hashint2extended(${value}, ${wide})`,
  int4: (value, { wide }) => `hashint4extended(${value}, ${wide})`,
  int8: (value, { narrow }) => `hashint4extended(${narrow}, ${value})`,
  oid: (value, { wide }) => `hashoidextended(${value}, ${wide})`,
  bool: (value, { wide }) => `hashint4extended(${value}::int4, ${wide})`,
  char: (value, { wide }) => `hashcharextended(${value}, ${wide})`,
  name: (value, { wide }) => `hashtextextended(${value}::text COLLATE "C", ${wide})`,
  // Under "C" because a nondeterministic collation hashes what it finds equal alike.
  text: (value, { wide }) => `hashtextextended(${value} COLLATE "C", ${wide})`,
  varchar: (value, { wide }) => `hashtextextended(${value}::text COLLATE "C", ${wide})`,
  // Ignores trailing spaces, which mean nothing in a char(n): it is always padded to n.
  bpchar: (value, { wide }) => `hashbpcharextended(${value} COLLATE "C", ${wide})`,
  uuid: (value, { wide }) => `uuid_hash_extended(${value}, ${wide})`,
};

/** Types with a binary form that holds nothing but the value. */
const PACKED: ReadonlySet<string> = new Set(
  [
    ['numeric', 'float4', 'float8', 'money'],
    ['date', 'time', 'timetz', 'timestamp', 'timestamptz', 'interval'],
    ['bytea', 'bit', 'varbit', 'inet', 'cidr', 'macaddr', 'macaddr8', 'pg_lsn'],
    ['point', 'line', 'lseg', 'box', 'path', 'polygon', 'circle', 'tsvector', 'tsquery'],
    ['int4range', 'int8range', 'numrange', 'tsrange', 'tstzrange', 'daterange'],
  ].flat(),
);

/** Their binary form is their text. */
const TEXT: ReadonlySet<string> = new Set(['json', 'jsonb']);

/** Which of the routes a column takes. */
export function hashRoute(column: Column): HashRoute {
  const { baseType, builtIn } = column;
  if (!builtIn) return 'rendered';
  if (isDirect(column)) return 'direct';
  // A binary form names its column's type by object identifier, and a domain's is another in every database.
  if (column.domain) return 'rendered';
  if (TEXT.has(baseType)) return 'text';
  const element = baseType.startsWith('_') ? baseType.slice(1) : baseType;
  return PACKED.has(element) ||
    TEXT.has(element) ||
    (element !== baseType && element !== 'bpchar' && Object.hasOwn(DIRECT, element))
    ? 'packed'
    : 'rendered';
}

function isDirect({ baseType, type }: Column): boolean {
  // A bpchar without a length keeps its trailing spaces, and must be told apart by them.
  if (baseType === 'bpchar') return /^character\(\d+\)$/.test(type);
  return Object.hasOwn(DIRECT, baseType);
}

/** A 64-bit constant for one use, as SQL: whole (`wide`, bigint) and its low half (`narrow`, int4). */
export interface Seed {
  readonly wide: string;
  readonly narrow: string;
}

/** Derives a seed from a purpose and a column's name, so that no two columns, and no two purposes, share one. */
export function seedOf(...purpose: readonly string[]): Seed {
  const digest = createHash('sha256').update(JSON.stringify(purpose)).digest();
  return { wide: `'${digest.readBigInt64BE(0)}'::int8`, narrow: `'${digest.readInt32BE(8)}'::int4` };
}

/** SQL for a column of the route `direct`: a bigint, never null; NULL has a constant of its own. */
export function directHash(column: Column, seed: Seed): string {
  const hash = DIRECT[column.baseType];
  if (hash === undefined) throw new TypeError(`The column type ${column.baseType} has no direct hash.`);
  return `coalesce(${hash(columnValue(column), seed)}, ${seed.wide})`;
}

/** SQL for a column of the route `text`, from the SQL of its text form. */
export function textHash(text: string, { wide }: Seed): string {
  return `coalesce(hashtextextended((${text}) COLLATE "C", ${wide}), ${wide})`;
}
