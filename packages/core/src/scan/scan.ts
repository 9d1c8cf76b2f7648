import type { MeasuredTable } from '../check.ts';
import type { DatabaseHandle } from '../database/handle.ts';
import { messageOf } from '../message-of.ts';
import { mergeMeasure } from './merge-measure.ts';
import { planChunks } from './plan-chunks.ts';
import type { TableScan } from './plan-chunks.ts';
import { readBatch } from './read-batch.ts';
import type { ChunkResult } from './read-batch.ts';

/** How a scan runs. */
export interface ScanOptions {
  readonly scans: readonly TableScan[];
  /** As `server_version_num`. */
  readonly serverVersion: number;
  /** Openers of handles on one snapshot; no more are opened than there are batches to read. */
  readonly workers: readonly (() => Promise<DatabaseHandle>)[];
  /** The size that a chunk is meant to have, where the default does not serve. */
  readonly chunkBytes?: number;
  readonly signal: AbortSignal;
  progress(table: string, bytesDone: number, bytesTotal: number): void;
}

/** By check name, then by table name. */
export type ScanResult = ReadonlyMap<string, ReadonlyMap<string, MeasuredTable>>;

/**
 * Reads every table once, for all measures of all checks together, and merges what the chunks yield.
 *
 * @throws DatabaseError when a connection breaks; a table that cannot be read is an error in the result instead
 */
export async function scanTables(options: ScanOptions): Promise<ScanResult> {
  const queue = [...planChunks(options.scans, options.serverVersion, options.chunkBytes)];
  const total = queue.flat().reduce((sum, { bytes }) => sum + bytes, 0);
  const result = new Map<string, Map<string, MeasuredTable>>();
  let done = 0;

  const work = async (open: () => Promise<DatabaseHandle>): Promise<void> => {
    if (queue.length === 0) return;
    const db = await open();
    for (let batch = queue.shift(); batch !== undefined; batch = queue.shift()) {
      options.signal.throwIfAborted();
      for (const part of await readBatch(db, batch)) mergeInto(result, part);
      done += batch.reduce((sum, { bytes }) => sum + bytes, 0);
      options.progress(batch[0]?.scan.table.name ?? '', done, total);
    }
  };
  await Promise.all(options.workers.slice(0, queue.length).map(work));
  return result;
}

function mergeInto(result: Map<string, Map<string, MeasuredTable>>, { chunk, values, error }: ChunkResult): void {
  const table = chunk.scan.table.name;
  const byOwner = Map.groupBy([...chunk.scan.measures.entries()], ([, { owner }]) => owner);
  for (const [owner, measures] of byOwner) {
    const tables = result.get(owner) ?? new Map<string, MeasuredTable>();
    result.set(owner, tables);
    const earlier = tables.get(table) ?? { measures: {} };
    if (earlier.error !== undefined) continue;
    if (error !== undefined) {
      tables.set(table, { measures: {}, error });
      continue;
    }
    try {
      const merged = measures.map(([index, { name, merge }]): [string, string | null] => [
        name,
        mergeMeasure(merge, earlier.measures[name] ?? null, values[index] ?? null),
      ]);
      tables.set(table, { measures: Object.fromEntries(merged) });
    } catch (failure) {
      tables.set(table, { measures: {}, error: messageOf(failure) });
    }
  }
}
