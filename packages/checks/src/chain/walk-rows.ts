import { hash as digest } from 'node:crypto';
import type { ChainHash, DatabaseHandle, Row } from '@pgdrill/core';
import type { WholeChain } from './audit-chain.ts';
import { columnSql } from './chain-sql.ts';
import type { ChainObservation } from './observation.ts';
import { readAhead } from './read-ahead.ts';
import { isFine, rowText, timestampNames } from './row-text.ts';
import { textParts } from './text-parts.ts';
import { chainWalk } from './walk.ts';
import type { LinkedRow } from './walk.ts';

/** What reading all rows of a chain shows of it. Keys are as they are stored. */
export type WalkedRows = Pick<ChainObservation, 'rows' | 'head' | 'breaks' | 'fineRows' | 'coarseMismatches'>;

/**
 * Reads every row of a chain in its order, recomputes its hash from the text of its columns, and follows its link.
 *
 * @param relation the table, quoted for SQL
 * @param afterBatch is told how many rows were read so far
 * @throws DatabaseError when the rows cannot be read
 */
export async function walkRows(
  db: DatabaseHandle,
  chain: WholeChain,
  relation: string,
  afterBatch: (rows: number) => void,
): Promise<WalkedRows> {
  const look = rowReader(chain);
  const walk = chainWalk(chain.prev.genesis.stored);
  let rows = 0;
  let fineRows = 0;
  let coarseMismatches = 0;
  const inOrder = `ORDER BY ${chain.order.map(columnSql).join(', ')}`;
  for await (const batch of readAhead(db.walk(`${readQuery(chain, relation)} ${inOrder}`))) {
    for (const row of batch) {
      const read = look(row);
      if (read.fine) fineRows += 1;
      else if (!read.matches) coarseMismatches += 1;
      walk.add(read);
    }
    rows += batch.length;
    afterBatch(rows);
  }
  return { ...walk.end(), fineRows, coarseMismatches };
}

/** What one look at some rows of a chain shows. */
export interface SampledRows {
  readonly rows: number;
  /** Rows that do not fit their hash. */
  readonly mismatches: number;
}

/**
 * Recomputes the hashes of some rows, whole blocks of them, chosen by a seed.
 *
 * @param percent of the table's blocks
 */
export async function sampleRows(
  db: DatabaseHandle,
  chain: WholeChain,
  relation: string,
  { percent, seed }: { readonly percent: number; readonly seed: number },
): Promise<SampledRows> {
  const look = rowReader(chain);
  let rows = 0;
  let mismatches = 0;
  for await (const batch of db.walk(
    `${readQuery(chain, relation)} TABLESAMPLE pg_catalog.system (${percent}) REPEATABLE (${seed})`,
  )) {
    rows += batch.length;
    mismatches += batch.filter((row) => !look(row).matches).length;
  }
  return { rows, mismatches };
}

function readQuery(chain: WholeChain, relation: string): string {
  const reads = [
    `${columnSql(keyColumn(chain))} AS key`,
    `${columnSql(chain.hash.column)} AS hash`,
    `${columnSql(chain.prev.column)} AS prev`,
    ...textParts(chain.format).flatMap((part) => ('prev' in part ? [] : [`${part.sql} AS ${part.name}`])),
  ];
  return `SELECT ${reads.join(', ')} FROM ${relation} AS t`;
}

/** The column that identifies a row in reports. */
export function keyColumn({ key, order, hash }: WholeChain): string {
  return key ?? order[0] ?? hash.column;
}

interface ReadRow extends LinkedRow {
  /** Has a timestamp digits finer than a millisecond? */
  readonly fine: boolean;
}

function rowReader(chain: WholeChain): (row: Row) => ReadRow {
  const { hash, prev, format } = chain;
  const times = timestampNames(format);
  const text = rowText(chain);
  const { stored: genesis } = prev.genesis;
  return (row) => {
    const stored = asHex(row['hash'] ?? '', hash);
    const link = row['prev'] ?? null;
    const linked = link === null || link === genesis ? link : asHex(link, hash);
    return {
      key: row['key'] ?? '',
      hash: stored,
      prev: linked,
      // One call is twice as fast as createHash.
      matches: digest(hash.algorithm, text(row, linked), 'hex') === stored,
      fine: times.some((name) => isFine(row[name] ?? '')),
    };
  };
}

/** A stored hash as hex: the text form of bytea is hex after `\x`. */
export function asHex(text: string, { encoding }: ChainHash): string {
  return encoding === 'bytea' && text.startsWith(String.raw`\x`) ? text.slice(2) : text;
}
