import type { DatabaseHandle, Json } from '@pgdrill/core';
import { columnSql, hexSql } from './chain-sql.ts';
import type { WholeChain } from './whole-chain.ts';

/**
 * The hashes of some rows of a chain, in the chain's declared order: those that begin with so many zero bits. As hashes are as good as random, these are
 * rows from all over the chain, and the same ones on both sides.
 */
export interface Checkpoints {
  readonly [key: string]: Json;
  readonly bits: number;
  readonly hashes: readonly string[];
}

/** About so many rows are kept, at most twice as many; of a short chain, all. */
const CHECKPOINTS = 64;

/** With how many zero bits the hashes of a chain of so many rows begin that are kept. */
export function checkpointBits(rows: number): number {
  return rows < 2 * CHECKPOINTS ? 0 : Math.floor(Math.log2(rows / CHECKPOINTS));
}

/** Does the hash of the row `t` begin with so many zero bits? */
export function isCheckpoint({ column, encoding }: WholeChain['hash'], bits: number): string {
  return bits === 0 ? 'true' : `(${hexSql(column, encoding)}) COLLATE "C" < '${limitOf(bits)}'`;
}

/** Where the rows lie whose hashes begin with so many zero bits; in which of the chain's tables is not said. */
export interface CheckpointPlaces {
  readonly bits: number;
  /** Each as `ctid` is written. */
  readonly places: readonly string[];
}

/**
 * Reads the checkpoints of a chain of so many rows.
 *
 * @param relation the table, quoted for SQL
 * @param known where to look; null to look everywhere, as is done too where that holds too few
 */
export async function readCheckpoints(
  db: DatabaseHandle,
  { hash, order }: WholeChain,
  relation: string,
  rows: number,
  known: CheckpointPlaces | null,
): Promise<Checkpoints> {
  const bits = checkpointBits(rows);
  const hex = hexSql(hash.column, hash.encoding);
  const isKnown = known !== null && known.bits <= bits;
  const there = isKnown ? ' AND t.ctid = ANY ($1::pg_catalog.tid[])' : '';
  const places = order.map((column, index) => ({ sql: columnSql(column), name: `o${index}` }));
  // OFFSET 0: expecting more rows than there are, the planner would walk an index of the order, which takes four times as long as reading the table.
  const kept = `SELECT ${[`${hex} AS hash`, ...places.map(({ sql, name }) => `${sql} AS ${name}`)].join(', ')}
      FROM ${relation} AS t WHERE ${columnSql(hash.column)} IS NOT NULL AND ${isCheckpoint(hash, bits)}${there} OFFSET 0`;
  const found = await db.query(
    `SELECT hash FROM (${kept}) AS kept ORDER BY ${[...places.map(({ name }) => name), 'hash'].join(', ')} LIMIT ${16 * CHECKPOINTS}`,
    isKnown ? [`{${known.places.map((place) => `"${place}"`).join(',')}}`] : [],
  );
  return { bits, hashes: found.map((row) => row['hash'] ?? '') };
}

/** Hex that begins with so many zero bits, 32 at most, sorts before this. */
function limitOf(bits: number): string {
  return (2 ** (32 - bits)).toString(16).padStart(8, '0');
}

/** Where two chains part, as far as their checkpoints tell. */
export interface Parting {
  /** Rows up to this one, from 1, have the same hashes in both as far as is known; 0 when there is none. */
  readonly same: number;
  /** The first row that is known to have another hash; null when there is none. */
  readonly differs: number | null;
  /** Row numbers are estimates: not all rows are checkpoints. */
  readonly about: boolean;
}

/** Compares two chains, which may be of different lengths. A chain that has all rows of the other, and more, parts from it nowhere. */
export function partingOf(before: Checkpoints, after: Checkpoints): Parting {
  const bits = Math.max(before.bits, after.bits);
  const rows = 2 ** bits;
  const had = new Set(commonOf(before, bits));
  const has = new Set(commonOf(after, bits));
  const isLonger = [...had].every((hash) => has.has(hash));
  const other = isLonger ? -1 : [...has].findIndex((hash) => !had.has(hash));
  const same = (other < 0 ? Math.min(had.size, has.size) : other) * rows;
  return { same, differs: other < 0 ? null : same + rows, about: bits > 0 };
}

/** The checkpoints that a chain with more rows would have kept too. */
function commonOf({ bits, hashes }: Checkpoints, wanted: number): readonly string[] {
  return wanted === bits ? hashes : hashes.filter((hash) => hash.slice(0, 8) < limitOf(wanted));
}
