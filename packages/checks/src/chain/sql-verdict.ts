import { randomBytes } from 'node:crypto';
import type { DatabaseHandle, MeasuredTable, MeasureRequest } from '@pgdrill/core';
import type { WholeChain } from './audit-chain.ts';
import { columnSql, hexSql, isGenesisSql, rowHashSql } from './chain-sql.ts';
import { timestampColumns } from './text-parts.ts';
import { keyColumn } from './walk-rows.ts';

/**
 * What the server says of a chain, in no order.
 *
 * Each row is held to its own hash by itself. The links are proven by sums: of a whole chain, the hashes that rows store of themselves are those that
 * rows store of the row before them, and the head's. Sums of two 64-bit digests of either show that, under seeds that nobody can know beforehand.
 * When in addition every row fits its hash, which binds its link, the rows can only be one line from the genesis to the head: two rows that follow the
 * same one would need two heads, and a ring would need a hash that contains itself.
 */
export interface SqlVerdict {
  readonly rows: number;
  /** Rows that do not fit their hash. */
  readonly mismatches: number;
  /** Rows whose timestamps have digits finer than a millisecond. */
  readonly fineRows: number;
  /** The one row that nothing follows, among the last ones in order; null when the sums do not show a whole chain with such a row. */
  readonly head: { readonly hash: string; readonly key: string } | null;
}

/** What to ask of the scan about one chain, and how to read the answer. */
export interface SqlVerifier {
  readonly owner: string;
  readonly request: MeasureRequest;
  /**
   * @param measured the answer for each table that holds rows of the chain
   * @param relation the chain's table, quoted for SQL
   * @returns null when a table could not be read that way
   */
  verdict(db: DatabaseHandle, relation: string, measured: readonly MeasuredTable[]): Promise<SqlVerdict | null>;
}

/** So many rows at the end, in order, are tried as the head. */
const CANDIDATES = 200;

/** Makes the verifier of one chain. */
export function sqlVerifier(chain: WholeChain, owner: string): SqlVerifier {
  const seeds = [randomSeed(), randomSeed()];
  return {
    owner,
    request: request(chain, owner, seeds),
    async verdict(db, relation, measured) {
      if (measured.some(({ error }) => error !== undefined)) return null;
      const total = (name: string): bigint =>
        measured.reduce((sum, { measures }) => sum + BigInt(measures[name] ?? 0), 0n);
      const open = seeds.map((_, index) => total(`hash${index}`) - total(`prev${index}`));
      const isOneLine = total('first') === 1n && total('mismatches') === 0n;
      return {
        rows: Number(total('rows')),
        mismatches: Number(total('mismatches')),
        fineRows: Number(total('fine')),
        head: isOneLine ? await findHead(db, chain, relation, seeds, open) : null,
      };
    },
  };
}

function request(chain: WholeChain, owner: string, seeds: readonly string[]): MeasureRequest {
  const { hash, prev, format } = chain;
  const hex = hexSql(hash.column, hash);
  const linked = hexSql(prev.column, hash);
  const notFirst = `WHERE NOT ${isGenesisSql(chain)}`;
  const fine = timestampColumns(format).map(
    (column) => `pg_catalog.date_trunc('milliseconds', ${columnSql(column)}) <> ${columnSql(column)}`,
  );
  const sum = (sql: string) => ({ sql, merge: 'sum' }) as const;
  const digests = seeds.flatMap((seed, index) => [
    [`hash${index}`, sum(`sum(${digestSql(hex, seed)})`)] as const,
    [`prev${index}`, sum(`sum(${digestSql(linked, seed)}) FILTER (${notFirst})`)] as const,
  ]);
  return {
    derive: { fits: fitsSql(chain) },
    measures: {
      rows: sum('count(*)'),
      mismatches: sum(`count(*) FILTER (WHERE NOT t."${owner}:fits")`),
      first: sum(`count(*) FILTER (WHERE ${isGenesisSql(chain)})`),
      ...(fine.length === 0 ? {} : { fine: sum(`count(*) FILTER (WHERE ${fine.join(' OR ')})`) }),
      ...Object.fromEntries(digests),
    },
  };
}

/** Bytes are compared as such, text as bytes too, whatever the column's collation takes for equal. */
function fitsSql(chain: WholeChain): string {
  const { hash } = chain;
  if (hash.encoding === 'bytea') return `${rowHashSql(chain)} IS NOT DISTINCT FROM ${columnSql(hash.column)}`;
  return `(${rowHashSql(chain)}) COLLATE "C" IS NOT DISTINCT FROM (${hexSql(hash.column, hash)}) COLLATE "C"`;
}

/** The sums are what the head's own hash leaves open, so they say which row it is. */
async function findHead(
  db: DatabaseHandle,
  chain: WholeChain,
  relation: string,
  seeds: readonly string[],
  open: readonly bigint[],
): Promise<SqlVerdict['head']> {
  const hex = hexSql(chain.hash.column, chain.hash);
  const digests = seeds.map((seed, index) => `${digestSql(hex, seed)} AS digest${index}`);
  const last = chain.order.map((column) => `${columnSql(column)} DESC`);
  const rows = await db.query(
    `SELECT ${columnSql(keyColumn(chain))} AS key, ${hex} AS hash, ${digests.join(', ')}
       FROM ${relation} AS t ORDER BY ${last.join(', ')} LIMIT ${CANDIDATES}`,
  );
  const head = rows.find((row) => open.every((sum, index) => row[`digest${index}`] === `${sum}`));
  return head === undefined ? null : { hash: head['hash'] ?? '', key: head['key'] ?? '' };
}

function digestSql(hex: string, seed: string): string {
  return `pg_catalog.hashtextextended((${hex}) COLLATE "C", ${seed})`;
}

/** A seed that fits bigint. */
function randomSeed(): string {
  return `'${randomBytes(8).readBigInt64BE()}'::pg_catalog.int8`;
}
