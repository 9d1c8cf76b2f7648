import type { DatabaseHandle } from '../database/handle.ts';
import type { ShardPlace } from '../shard.ts';
import { isKnownOfNone, valuesOfNone } from './chunk.ts';
import type { Chunk } from './chunk.ts';
import { chunkQueue } from './chunk-queue.ts';
import type { ChunkQueue } from './chunk-queue.ts';
import { measuredTables } from './measured-tables.ts';
import type { MeasuredTables, ScanResult } from './measured-tables.ts';
import { readBatch, unreadChunk } from './read-batch.ts';
import { scanProgress } from './scan-progress.ts';
import type { ScanProgress, ScanState } from './scan-progress.ts';
import { firstShardOf } from './stripes.ts';
import type { TableScan } from './table-scan.ts';
import type { Throttle } from './throttle.ts';

/** How a scan runs. */
export interface ScanOptions {
  /**
   * In a shard, a scan's position in this list decides which stripes are read of it: all shards must be given the same scans in the same order, and one
   * that cannot be cut by blocks must be `whole`. Only the scans that no other shard has may come after.
   */
  readonly scans: readonly TableScan[];
  /** As `server_version_num`. */
  readonly serverVersion: number;
  /** Opens one more handle on the snapshot. */
  readonly openWorker: () => Promise<DatabaseHandle>;
  /** How many handles read at the same time. */
  readonly workers: number;
  /** A fixed size for chunks, instead of one that adapts to about a second each. */
  readonly chunkBytes?: number;
  /** Only this shard's part of each table, but for scans that want the whole. A table of which it reads nothing has no measures in the result. */
  readonly shard?: ShardPlace | undefined;
  readonly signal: AbortSignal;
  /** Runs before each batch, and waits while the server should be left alone, saying why. */
  readonly pause?: Throttle['pause'] | undefined;
  progress(state: ScanState): void;
}

/** A chunk that was lost with its connection this often is given up. */
const MOST_ATTEMPTS = 3;

/**
 * Reads every table once, for all measures of all checks together, and merges what the chunks yield.
 *
 * What cannot be read is an error of its table in the result: no permission, a check's own mistake, or a connection that was lost and could not be
 * had again on the same snapshot.
 *
 * @throws the signal's reason when it is aborted
 */
export async function scanTables(options: ScanOptions): Promise<ScanResult> {
  const queue = chunkQueue(options.scans, options);
  const measured = measuredTables();
  const progress = scanProgress(queue, options.progress);
  await Promise.all(Array.from({ length: options.workers }, () => work(options, queue, measured, progress)));
  await measureEmpty(options, measured);
  return measured.result;
}

async function work(
  options: ScanOptions,
  queue: ChunkQueue,
  measured: MeasuredTables,
  progress: ScanProgress,
): Promise<void> {
  let db: DatabaseHandle | undefined;
  for (let batch = queue.take(); batch !== undefined; batch = queue.take()) {
    options.signal.throwIfAborted();
    try {
      db ??= await options.openWorker();
      await options.pause?.(db, progress.waits);
      progress.begins(batch);
      const started = performance.now();
      const parts = await readBatch(db, batch);
      queue.took(batch, (performance.now() - started) / 1000);
      for (const part of parts) measured.add(part);
      progress.ends(batch);
    } catch (error) {
      options.signal.throwIfAborted();
      db = undefined;
      progress.isLost(batch);
      const tried = batch.map((chunk) => ({ ...chunk, attempts: chunk.attempts + 1 }));
      queue.giveBack(tried.filter(({ attempts }) => attempts < MOST_ATTEMPTS));
      const givenUp = tried.filter(({ attempts }) => attempts >= MOST_ATTEMPTS);
      for (const chunk of givenUp) measured.add(unreadChunk(chunk, error));
    }
  }
}

/** A divided table without rows yields no bucket, hence no values: where they are not known, they are asked for by themselves, by one shard for all. */
async function measureEmpty(options: ScanOptions, measured: MeasuredTables): Promise<void> {
  const { shard } = options;
  const empty = options.scans.filter(({ buckets, measures, whole = false }, position) => {
    if (shard !== undefined && !whole && firstShardOf(position, shard.of) !== shard.index) return false;
    const one = buckets === null ? measures[0] : measures.find(({ owner }) => owner === buckets.owner);
    return one !== undefined && measured.result.get(one.owner)?.get(one.table) === undefined;
  });
  for (const scan of empty.filter(isKnownOfNone)) {
    const { measures } = scan;
    measured.add({ chunk: emptyChunk(scan), bucket: null, measures, values: valuesOfNone(measures) });
  }
  const unknown = empty.filter((scan) => !isKnownOfNone(scan));
  for (let index = 0; index < unknown.length; index += 100) {
    const chunks = unknown.slice(index, index + 100).map(emptyChunk);
    try {
      const db = await options.openWorker();
      for (const part of await readBatch(db, chunks)) measured.add(part);
    } catch (error) {
      options.signal.throwIfAborted();
      for (const chunk of chunks) measured.add(unreadChunk(chunk, error));
    }
  }
}

function emptyChunk(scan: TableScan): Chunk {
  return { scan: { ...scan, table: { ...scan.table, bytes: 0 } }, blocks: null, bytes: 0, attempts: 0 };
}
