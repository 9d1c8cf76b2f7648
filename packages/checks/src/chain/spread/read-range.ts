import type { DatabaseHandle } from '@pgdrill/core';
import { columnSql } from '../chain-sql.ts';
import { rowReader } from '../row-reader.ts';
import { newSegments } from '../segments.ts';
import type { Segments } from '../segments.ts';
import type { LinkedRow } from '../walk.ts';
import type { WholeChain } from '../whole-chain.ts';
import type { WalkedRange } from './join-ranges.ts';
import { rangeSql } from './range-bounds.ts';
import type { OrderRange } from './range-bounds.ts';

/** What a thread is to read: plain data. */
export interface RangeTask {
  readonly chain: WholeChain;
  readonly types: ReadonlyMap<string, string>;
  /** The table, quoted for SQL. */
  readonly relation: string;
  readonly range: OrderRange;
}

/** More segments than this in one range, as of one chain for each request or in an order at random, would cost more to put together than to walk. */
const MOST_SEGMENTS = 50_000;
/** So many rows are read between two words on the progress. */
const PROGRESS_ROWS = 50_000;

/**
 * Reads one range of a chain's order: recomputes each row's hash from the text of its columns, and joins the rows of each scope by their links.
 *
 * Run in a thread of its own.
 *
 * @returns null as soon as anything speaks against a whole chain
 */
export async function run(
  db: DatabaseHandle,
  { chain, types, relation, range }: RangeTask,
  progress: (rows: number) => void,
): Promise<WalkedRange | null> {
  const reader = rowReader(chain, (column) => types.get(column) ?? '');
  const counts = { rows: 0, unchained: 0, unformatted: 0, fineRows: 0 };
  const lines = new Map<string, Segments>();
  let segments = 0;
  const { where, values } = rangeSql(chain, range);
  const order = chain.order.map(columnSql).join(', ');
  const isDone = new Error('This chain is not whole.');
  const lineOf = (scope: string): Segments => {
    const known = lines.get(scope);
    if (known !== undefined) return known;
    const begun = newSegments();
    lines.set(scope, begun);
    return begun;
  };
  const read = `SELECT ${reader.select} FROM ${relation} AS t${where} ORDER BY ${order}`;
  try {
    await db.visit(
      read,
      (row) => {
        const { key, hash, prev, misfit, fine } = reader.read(row, null);
        if (hash === null) {
          counts.unchained += 1;
          return;
        }
        counts.rows += 1;
        if (counts.rows % PROGRESS_ROWS === 0) progress(counts.rows);
        if (fine) counts.fineRows += 1;
        if (misfit === undefined) counts.unformatted += 1;
        else if (misfit !== null) throw isDone;
        const line = lineOf(reader.scope(row));
        const before = line.count();
        if (!joinRow(line, { prev, hash, key }, counts.rows)) throw isDone;
        segments += line.count() - before;
        if (segments > MOST_SEGMENTS) throw isDone;
      },
      values,
    );
  } catch (error) {
    if (error === isDone) return null;
    throw error;
  }
  return { ...counts, lines: Array.from(lines, ([scope, of]) => ({ scope, segments: of.all() })) };
}

/** Puts a row into a line; false when these rows can be part of no whole one: two of them follow the same one. */
export function joinRow(line: Segments, row: Pick<LinkedRow, 'prev' | 'hash' | 'key'>, place: number): boolean {
  if (line.extend(row, place)) return true;
  if (line.waitingFor(row.prev) !== undefined) return false;
  line.begin(row, place, true);
  return true;
}
