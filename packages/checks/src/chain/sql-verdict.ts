import { randomBytes } from 'node:crypto';
import { quoteIdentifier } from '@pgdrill/core';
import type { ChainFormat, DatabaseHandle, MeasuredTable, MeasureRequest, Row } from '@pgdrill/core';
import { columnValue, renderedText } from '../column-text.ts';
import { columnSql, isGenesisSql, linkSql, rowFitsSql } from './chain-sql.ts';
import type { FoundChain } from './find-chains.ts';
import type { Head } from './heads.ts';
import { hexOf } from './hash-text.ts';
import { keyColumn, scopeOf } from './row-reader.ts';
import { totalOf, wereRead } from './scan-facts.ts';
import { timestampColumns } from './timestamp-columns.ts';
import type { WholeChain } from './whole-chain.ts';

/**
 * What the server says of a chain, in no order.
 *
 * Each row is held to its own hash by itself. The links are proven by sums: of a whole chain, the hashes that rows store of themselves are those that
 * rows store of the row before them, and the head's. Sums of a 64-bit digest of either, taken together with the scope, show that, under a seed that
 * nobody can know beforehand. When in addition every row fits its hash, which binds its link, and as many rows begin a chain as there are scopes,
 * the rows of each scope can only be one line from its genesis to its head: two rows that follow the same one would need two heads, and a ring would
 * need a hash that contains itself.
 */
export interface SqlVerdict {
  readonly rows: number;
  /** Rows that do not fit their hash. */
  readonly mismatches: number;
  /** Rows without a hash. */
  readonly unchained: number;
  /** Rows whose timestamps have digits finer than a millisecond. */
  readonly fineRows: number;
  /**
   * The rows that nothing follows, one of each scope; null when the sums do not show whole chains with such rows, or no hash covers the links, without
   * which the sums show nothing. Keys are as they are stored.
   */
  readonly heads: readonly Head[] | null;
}

/** What to ask of the scan about one chain, besides what `scanFacts` asks, and how to read the answer. */
export interface SqlVerifier {
  readonly request: MeasureRequest;
  /**
   * @param measured the answer for each table that holds rows of the chain
   * @returns null when a table could not be read that way
   */
  verdict(db: DatabaseHandle, measured: readonly MeasuredTable[]): Promise<SqlVerdict | null>;
}

/** Makes the verifier of one chain; null where the server cannot verify it. */
export function sqlVerifier({ chain, relation, types }: FoundChain, owner: string): SqlVerifier | null {
  const texts: string[] = [];
  const textOf = (column: string): string => {
    if (!texts.includes(column)) texts.push(column);
    return `t."${owner}:text${texts.indexOf(column)}"`;
  };
  const fits = rowFitsSql(chain, { typeOf: (column) => types.get(column) ?? '', textOf });
  const prev = chain.prev.column;
  if (fits === null || prev === undefined || relation === null) return null;
  const seed = randomSeed();
  const isBound = chain.formats.every(coversLink);
  return {
    request: request({ chain, types }, prev, { fits, texts }, seed),
    async verdict(db, measured) {
      if (!wereRead(measured)) return null;
      const total = (name: string): bigint => totalOf(measured, name);
      const open = total('hash') - total('prev');
      const mismatches = total('rows') - total('fits');
      return {
        rows: Number(total('rows')),
        mismatches: Number(mismatches),
        unchained: Number(total('unchained')),
        fineRows: Number(total('fine')),
        heads:
          isBound && mismatches === 0n
            ? await findHeads(db, chain, relation, seed, open, Number(total('first')))
            : null,
      };
    },
  };
}

/** Is the previous hash certainly part of what is hashed? Of text that is stored, or of an expression, nobody knows. */
export function coversLink(format: ChainFormat): boolean {
  return (
    'fields' in format &&
    format.fields.some((field) => 'prev' in field || ('digest' in field && coversLink(field.digest.of)))
  );
}

function request(
  { chain, types }: Pick<FoundChain, 'chain' | 'types'>,
  prev: string,
  { fits, texts }: { readonly fits: string; readonly texts: readonly string[] },
  seed: string,
): MeasureRequest {
  const { hash, scope, formats } = chain;
  const isFirst = isGenesisSql(prev, chain.prev.genesis.stored ?? null);
  const isChained = `${columnSql(hash.column)} IS NOT NULL`;
  const fine = timestampColumns(formats)
    .filter((column) => ['timestamptz', 'timestamp'].includes(types.get(column) ?? ''))
    .map((column) => `${columnSql(column)}::pg_catalog.${types.get(column)}(3) <> ${columnSql(column)}`);
  const sum = (sql: string) => ({ sql, merge: 'sum' }) as const;
  return {
    derive: Object.fromEntries(
      texts.map((name, index) => [`text${index}`, { sql: renderedText({ name }), alone: columnValue({ name }) }]),
    ),
    measures: {
      // Those that do, so that neither false nor NULL is taken for true.
      fits: sum(`count(*) FILTER (WHERE ${fits})`),
      first: sum(`count(*) FILTER (WHERE ${isChained} AND ${isFirst})`),
      ...(fine.length === 0 ? {} : { fine: sum(`count(*) FILTER (WHERE ${isChained} AND (${fine.join(' OR ')}))`) }),
      hash: sum(`sum(${digestSql(linkSql(hash.column, chain), scope, seed)}) FILTER (WHERE ${isChained})`),
      prev: sum(`sum(${digestSql(linkSql(prev, chain), scope, seed)}) FILTER (WHERE ${isChained} AND NOT ${isFirst})`),
    },
  };
}

/** So many rows at the end of a single chain, in order, are tried as the head. */
const CANDIDATES = 200;

/** The sums are what the heads' own hashes leave open, so they say which rows these are. */
async function findHeads(
  db: DatabaseHandle,
  chain: WholeChain,
  relation: string,
  seed: string,
  open: bigint,
  firsts: number,
): Promise<readonly Head[] | null> {
  const { scope, order } = chain;
  const query = headQuery(chain, relation, seed);
  if (scope.length === 0 && order.length > 0) {
    if (firsts !== 1) return firsts === 0 && open === 0n ? [] : null;
    const last = await db.query(
      `${query} ORDER BY ${order.map((column) => `${columnSql(column)} DESC`).join(', ')} LIMIT ${CANDIDATES}`,
    );
    const head = last.find((row) => row['digest'] === `${open}`);
    if (head !== undefined) return [headOf(head, chain)];
  }
  const proven = async (sql: string): Promise<readonly Head[] | null> => {
    const rows = await db.query(sql);
    const rest = rows.reduce((sum, row) => sum - BigInt(row['digest'] ?? 0), open);
    return rest === 0n && rows.length === firsts ? rows.map((row) => headOf(row, chain)) : null;
  };
  const last = scope.length === 0 || order.length === 0 ? null : await proven(lastOfEach(chain, query));
  // The links may go another way than the order.
  return last ?? (await proven(unfollowed(chain, query, relation)));
}

function headQuery(chain: WholeChain, relation: string, seed: string): string {
  const { hash, scope } = chain;
  const reads = [
    `${columnSql(keyColumn(chain))} AS key`,
    `${columnSql(hash.column)} AS hash`,
    ...scope.map((column, index) => `${columnSql(column)} AS scope${index}`),
    `${digestSql(linkSql(hash.column, chain), scope, seed)} AS digest`,
    // Rows in the same scope, for its size.
    ...(scope.length === 0 ? [] : [`count(*) OVER (PARTITION BY ${scope.map(columnSql).join(', ')}) AS rows`]),
  ];
  return `SELECT ${reads.join(', ')} FROM ${relation} AS t WHERE ${columnSql(hash.column)} IS NOT NULL`;
}

function unfollowed({ hash, prev, scope }: WholeChain, query: string, relation: string): string {
  const follows = [
    `n.${quoteIdentifier(prev.column ?? '')} = ${columnSql(hash.column)}`,
    ...scope.map((column) => `n.${quoteIdentifier(column)} IS NOT DISTINCT FROM ${columnSql(column)}`),
  ];
  return `${query} AND NOT EXISTS (SELECT FROM ${relation} AS n WHERE ${follows.join(' AND ')})`;
}

function lastOfEach({ scope, order }: WholeChain, query: string): string {
  const scopes = scope.map(columnSql).join(', ');
  const last = order.map((column) => `, ${columnSql(column)} DESC`).join('');
  return `${query.replace('SELECT ', `SELECT DISTINCT ON (${scopes}) `)} ORDER BY ${scopes}${last}`;
}

function headOf(row: Row, { hash, scope }: WholeChain): Head {
  return {
    scope: scopeOf(scope.map((_, index) => row[`scope${index}`] ?? null)),
    rows: Number(row['rows'] ?? 0),
    hash: hexOf(row['hash'] ?? '', hash.encoding),
    key: row['key'] ?? '',
  };
}

/** A link is told together with its scope: a row that links into another scope's chain is no link. */
function digestSql(link: string, scope: readonly string[], seed: string): string {
  const text =
    scope.length === 0
      ? link
      : `pg_catalog.concat(${link}, ${scope.map((column) => `'|', CASE WHEN ${columnSql(column)} IS NULL THEN 'n' ELSE 'v' END, ${columnSql(column)}`).join(', ')})`;
  return `pg_catalog.hashtextextended((${text}) COLLATE "C", ${seed})`;
}

/** A seed that fits bigint. */
function randomSeed(): string {
  return `'${randomBytes(8).readBigInt64BE()}'::pg_catalog.int8`;
}
