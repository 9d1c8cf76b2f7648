import { DatabaseError, siblingModule } from '@pgdrill/core';
import type { DatabaseHandle, ObserveContext, Threads } from '@pgdrill/core';
import type { FoundChain } from '../find-chains.ts';
import type { WalkedRows } from '../walk-rows.ts';
import { joinRanges } from './join-ranges.ts';
import type { WalkedRange } from './join-ranges.ts';
import { orderRanges } from './range-bounds.ts';
import type { RangeTask } from './read-range.ts';

/** The server has no more connections. */
const TOO_MANY_CONNECTIONS = '53300';

/**
 * Reads every row of a chain in threads, each a range of its order over a connection of its own, and puts together what they saw.
 *
 * Only a whole chain can be told that way. One that is not is walked in its order afterwards, by one process, to name what broke.
 *
 * @param relation the table, quoted for SQL
 * @param rows how many rows it has, which may be known only later, and about how many
 * @returns null where the chain is not whole, or cannot be read in ranges: without an order, or a stored link
 * @throws DatabaseError when the rows cannot be read; Error when a thread died
 */
export async function walkInThreads(
  db: DatabaseHandle,
  { chain, types, name }: FoundChain,
  relation: string,
  rows: { readonly counting: Promise<number>; readonly about: number },
  { threads, progress }: Pick<ObserveContext, 'threads' | 'progress'>,
): Promise<WalkedRows | null> {
  if (threads === null || chain.order.length === 0 || chain.prev.column === undefined) return null;
  const ranges = await orderRanges(db, chain, relation, { about: rows.about, parts: threads.count });
  if (ranges === null) return null;
  const tasks = ranges.map((range): RangeTask => ({ chain, types, relation, range }));
  const walked = await readRanges(threads, tasks, (read) => progress(name, read));
  const parts = walked.filter((part) => part !== null);
  if (parts.length < tasks.length) return null;
  const whole = joinRanges(parts, chain.prev.genesis.stored ?? null);
  // Rows in no range: those with NULL in the order.
  return whole !== null && whole.rows + whole.unchained === (await rows.counting) ? whole : null;
}

async function readRanges(
  threads: Threads,
  tasks: readonly RangeTask[],
  progress: (rows: number) => void,
): Promise<readonly (WalkedRange | null)[]> {
  try {
    return await threads.run(siblingModule(import.meta.url, 'read-range'), tasks, progress);
  } catch (error) {
    if (error instanceof DatabaseError && error.sqlstate === TOO_MANY_CONNECTIONS) return [];
    throw error;
  }
}
