import type { Chunk } from './chunk.ts';
import type { TableScan } from './table-scan.ts';

/** Hands out a scan's work, batch by batch, to whichever worker asks. */
export interface ChunkQueue {
  /** Bytes of all tables, for progress. */
  readonly totalBytes: number;
  /** One query's worth of work; undefined when there is none left. */
  take(): readonly Chunk[] | undefined;
  /** Puts back what a lost connection left unread. */
  giveBack(chunks: readonly Chunk[]): void;
  /** Tells how long a batch took, so that the next ones of its table are sized to take about a second each. */
  took(batch: readonly Chunk[], seconds: number): void;
}

/** PostgreSQL's block size. Other sizes are a compile-time choice that hardly anybody makes; a wrong guess only shifts the chunks' sizes. */
const BLOCK_BYTES = 8192;
const MEGABYTE = 1024 * 1024;
/** The first chunk of a table, before anything is known of its speed. */
const FIRST_CHUNK_BYTES = 64 * MEGABYTE;
const LEAST_CHUNK_BYTES = 8 * MEGABYTE;
const MOST_CHUNK_BYTES = 1024 * MEGABYTE;
const CHUNK_SECONDS = 1;
/** Tables under this size share a round trip. */
const SMALL_TABLE_BYTES = MEGABYTE;
/** A statement with more parts than this takes the server longer to plan than another round trip costs. */
const TABLES_PER_BATCH = 100;
/** PostgreSQL allows 1,664 expressions in one target list; some room is left. */
const MEASURES_PER_BATCH = 1500;

/** How the work is cut. */
export interface ChunkQueueOptions {
  /** As `server_version_num`: ranges of `ctid` are only read without a whole scan from PostgreSQL 14 on. */
  readonly serverVersion: number;
  /** Near the end of a table, its rest is divided among this many. */
  readonly workers: number;
  /** A fixed size for chunks, instead of one that adapts. */
  readonly chunkBytes?: number | undefined;
}

/**
 * Queues tables for reading, the largest first: a large table in many chunks, so that it keeps all workers busy; small ones many in one query.
 */
export function chunkQueue(scans: readonly TableScan[], options: ChunkQueueOptions): ChunkQueue {
  const wanted = scans.filter(({ measures }) => measures.length > 0);
  const large = wanted
    .filter(({ table }) => table.bytes >= SMALL_TABLE_BYTES)
    .toSorted((a, b) => b.table.bytes - a.table.bytes);
  const small = batches(wanted.filter(({ table }) => table.bytes < SMALL_TABLE_BYTES));
  const returned: Chunk[] = [];
  const speeds = new Map<string, number>();
  let nextBlock = 0;

  const chunkBytes = (scan: TableScan, bytesLeft: number): number => {
    if (options.chunkBytes !== undefined) return options.chunkBytes;
    const speed = speeds.get(scan.table.name);
    const bySpeed = speed === undefined ? FIRST_CHUNK_BYTES : speed * CHUNK_SECONDS;
    return Math.max(LEAST_CHUNK_BYTES, Math.min(MOST_CHUNK_BYTES, bySpeed, bytesLeft / options.workers));
  };
  const takeLarge = (): readonly Chunk[] | undefined => {
    const [scan] = large;
    if (scan === undefined) return undefined;
    const bytesLeft = scan.table.bytes - nextBlock * BLOCK_BYTES;
    const blocks = Math.ceil(chunkBytes(scan, bytesLeft) / BLOCK_BYTES);
    const isLast = options.serverVersion < 140_000 || bytesLeft <= 1.25 * blocks * BLOCK_BYTES;
    const from = nextBlock;
    nextBlock = isLast ? 0 : from + blocks;
    if (isLast) large.shift();
    // The last part is open, so that a row beyond the size as it was asked for is read all the same.
    const range = isLast && from === 0 ? null : { from, to: isLast ? null : from + blocks };
    return [{ scan, blocks: range, bytes: isLast ? bytesLeft : blocks * BLOCK_BYTES, attempts: 0 }];
  };

  return {
    totalBytes: wanted.reduce((sum, { table }) => sum + table.bytes, 0),
    take: () => (returned.length > 0 ? returned.splice(0) : (takeLarge() ?? small.shift())),
    giveBack: (chunks) => returned.push(...chunks),
    took([chunk, ...others], seconds) {
      if (chunk !== undefined && others.length === 0)
        speeds.set(chunk.scan.table.name, chunk.bytes / Math.max(seconds, 0.001));
    },
  };
}

function batches(scans: readonly TableScan[]): Chunk[][] {
  const all: Chunk[][] = [];
  let current: Chunk[] = [];
  let measures = 0;
  for (const scan of scans) {
    const wanted = scan.measures.length;
    if (current.length === 0 || current.length >= TABLES_PER_BATCH || measures + wanted > MEASURES_PER_BATCH) {
      current = [];
      measures = 0;
      all.push(current);
    }
    current.push({ scan, blocks: null, bytes: scan.table.bytes, attempts: 0 });
    measures += wanted;
  }
  return all;
}
