import { hash as digest } from 'node:crypto';
import { quoteIdentifier } from '@pgdrill/core';
import type { ChainHash, DatabaseHandle, Row } from '@pgdrill/core';
import type { WholeChain } from './audit-chain.ts';
import type { ChainObservation } from './observation.ts';
import { readAhead } from './read-ahead.ts';
import { isFine, rowText, timestampColumns } from './row-text.ts';
import { chainWalk } from './walk.ts';
import type { LinkedRow } from './walk.ts';

/** What reading all rows of a chain shows of it. Keys are as they are stored. */
export type WalkedRows = Pick<
  ChainObservation,
  'rows' | 'head' | 'breaks' | 'checkpoints' | 'fineRows' | 'coarseMismatches'
>;

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
  const { sql, nameOf } = walkQuery(chain, relation);
  const look = rowReader(chain, nameOf);
  const walk = chainWalk(chain.prev.genesis.stored);
  let rows = 0;
  let fineRows = 0;
  let coarseMismatches = 0;
  for await (const batch of readAhead(db.walk(sql))) {
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

/** Each column is read once, whatever it is needed for; its name in the rows is a short one that cannot clash with anything. */
function walkQuery(
  chain: WholeChain,
  relation: string,
): { readonly sql: string; readonly nameOf: (column: string) => string } {
  const { hash, prev, format, order } = chain;
  const fields = format.fields.flatMap((field) => ('prev' in field ? [] : [field.column]));
  const columns = [...new Set([keyColumn(chain), hash.column, prev.column, ...fields])];
  const nameOf = (column: string): string => `c${columns.indexOf(column)}`;
  const reads = columns.map((column) => `t.${quoteIdentifier(column)} AS ${nameOf(column)}`);
  const orderBy = order.map((column) => `t.${quoteIdentifier(column)}`);
  return { sql: `SELECT ${reads.join(', ')} FROM ${relation} AS t ORDER BY ${orderBy.join(', ')}`, nameOf };
}

/** The column that identifies a row in reports. */
export function keyColumn({ key, order, hash }: WholeChain): string {
  return key ?? order[0] ?? hash.column;
}

interface ReadRow extends LinkedRow {
  /** Has a timestamp digits finer than a millisecond? */
  readonly fine: boolean;
}

function rowReader(chain: WholeChain, nameOf: (column: string) => string): (row: Row) => ReadRow {
  const { hash, prev, format } = chain;
  const [keyName, hashName, prevName] = [nameOf(keyColumn(chain)), nameOf(hash.column), nameOf(prev.column)];
  const times = timestampColumns(format).map(nameOf);
  const text = rowText(chain, nameOf);
  const { stored: genesis } = prev.genesis;
  return (row) => {
    const stored = asHex(row[hashName] ?? '', hash);
    const link = row[prevName] ?? null;
    const linked = link === null || link === genesis ? link : asHex(link, hash);
    return {
      key: row[keyName] ?? '',
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
