import { DatabaseError, siblingModule } from '@pgdrill/core';
import type { DatabaseHandle, ObserveContext, Threads } from '@pgdrill/core';
import type { CheckpointPlaces } from '../checkpoints.ts';
import type { FoundChain } from '../find-chains.ts';
import { MOST_SEGMENTS } from '../walk-rows.ts';
import type { WalkedRows } from '../walk-rows.ts';
import { blockRanges } from './block-ranges.ts';
import { joinRanges } from './join-ranges.ts';
import type { WalkedRange } from './join-ranges.ts';
import type { RangeTask } from './read-range.ts';

/** The server has no more connections. */
const TOO_MANY_CONNECTIONS = '53300';

/** What threads saw of a whole chain. */
export interface SpreadRows {
  readonly walked: WalkedRows;
  /** How many rows the table has by the count of its server. */
  readonly counted: number;
  /** Null where they were not asked for. */
  readonly places: CheckpointPlaces | null;
}

/**
 * Reads every row of a chain in threads, each one range of its blocks after another over a connection of its own, and puts together what they saw.
 *
 * Only a whole chain can be told that way. One that is not is walked in its order afterwards, by one process, to name what broke.
 *
 * @param relation the table, quoted for SQL
 * @param bits the places are told of the rows whose hashes begin with so many zero bits; null to tell none
 * @returns null where the chain is not whole, or cannot be read in ranges: without blocks, or a stored link
 * @throws DatabaseError when the rows cannot be read; Error when a thread died
 */
export async function walkInThreads(
  db: DatabaseHandle,
  { chain, types, name }: FoundChain,
  relation: string,
  bits: number | null,
  { threads, progress }: Pick<ObserveContext, 'threads' | 'progress'>,
): Promise<SpreadRows | null> {
  if (threads === null || chain.prev.column === undefined) return null;
  const ranges = await blockRanges(db, relation, threads.count);
  if (ranges === null) return null;
  const tasks = ranges.map((range): RangeTask => ({ chain, types, relation, range, bits }));
  const joined = joinRanges(chain.prev.genesis.stored ?? null, MOST_SEGMENTS);
  const places: string[] = [];
  let counted = 0;
  const take = (read: WalkedRange): boolean => {
    if (!joined.add(read)) return false;
    counted += read.counted;
    for (const place of read.places) places.push(place);
    return true;
  };
  if (!(await readRanges(threads, tasks, take, (rows) => progress(name, rows)))) return null;
  const walked = joined.end();
  if (walked === null || walked.rows + walked.unchained !== counted) return null;
  return { walked, counted, places: bits === null ? null : { bits, places } };
}

/**
 * Reads the ranges in threads, and takes them in their own order, on which what is told of them depends: whichever thread is done first.
 *
 * @returns true when all were read, and taken
 */
async function readRanges(
  threads: Threads,
  tasks: readonly RangeTask[],
  take: (read: WalkedRange) => boolean,
  progress: (rows: number) => void,
): Promise<boolean> {
  const early = new Map<number, WalkedRange>();
  let taken = 0;
  try {
    await threads.run<WalkedRange | null>(siblingModule(import.meta.url, 'read-range'), tasks, {
      each(read, index) {
        if (read === null) return false;
        early.set(index, read);
        for (let next = early.get(taken); next !== undefined; next = early.get(taken)) {
          early.delete(taken);
          if (!take(next)) return false;
          taken += 1;
        }
        return true;
      },
      progress,
    });
    return taken === tasks.length;
  } catch (error) {
    if (error instanceof DatabaseError && error.sqlstate === TOO_MANY_CONNECTIONS) return false;
    throw error;
  }
}
