import type { ShardPlace } from '../shard.ts';
import type { Chunk } from './chunk.ts';
import { firstShardOf, stripesOf } from './stripes.ts';
import type { BlockRange } from './stripes.ts';
import type { TableScan } from './table-scan.ts';

/** Hands out a scan's work, batch by batch, to whichever worker asks. */
export interface ChunkQueue {
  /** Bytes of all tables, for progress. */
  readonly totalBytes: number;
  /** How many tables there are to read. */
  readonly tables: number;
  /** Batches that are not taken yet, by the sizes that chunks have at the moment. */
  chunksLeft(): number;
  /** One query's worth of work; undefined when there is none left. */
  take(): readonly Chunk[] | undefined;
  /** Puts back what a lost connection left unread. */
  giveBack(chunks: readonly Chunk[]): void;
  /** Tells how long a batch took, so that the next ones of its table are sized to take about a second each. */
  took(batch: readonly Chunk[], seconds: number): void;
}

/** PostgreSQL's block size. Other sizes are a compile-time choice that hardly anybody makes; a wrong guess only shifts the chunks' sizes. */
export const BLOCK_BYTES = 8192;
const MEGABYTE = 1024 * 1024;
/** The first chunk of a table, before anything is known of its speed. */
const FIRST_CHUNK_BYTES = 64 * MEGABYTE;
/** As much as takes some hundredths of a second: so long at most does a worker go on alone when the others have nothing more to take. */
const LEAST_CHUNK_BYTES = 4 * MEGABYTE;
const MOST_CHUNK_BYTES = 1024 * MEGABYTE;
const CHUNK_SECONDS = 1;
/** Tables under this size share a round trip. */
const SMALL_TABLE_BYTES = MEGABYTE;
/** A statement with more parts than this takes the server longer to plan than another round trip costs. */
const TABLES_PER_BATCH = 100;
/** PostgreSQL allows 1,664 expressions in one target list; some room is left. */
const MEASURES_PER_BATCH = 1500;

/** The first version that reads a range of `ctid` without a scan of the whole table. */
const SEEKS_BLOCKS = 140_000;

/** How the work is cut. */
export interface ChunkQueueOptions {
  /** As `server_version_num`: before PostgreSQL 14, a range of `ctid` costs a scan of the whole table. */
  readonly serverVersion: number;
  /** Near the end of a table, its rest is divided among this many. */
  readonly workers: number;
  /** A fixed size for chunks, instead of one that adapts. */
  readonly chunkBytes?: number | undefined;
  /** Only this shard's stripes of each table; all of it unless given. */
  readonly shard?: ShardPlace | undefined;
}

/** What is left to read of one table. */
interface Rest {
  readonly scan: TableScan;
  readonly ranges: readonly BlockRange[];
}

/**
 * Queues tables for reading, the largest first: a large table in many chunks, so that it keeps all workers busy; small ones many in one query.
 */
export function chunkQueue(scans: readonly TableScan[], options: ChunkQueueOptions): ChunkQueue {
  const wanted = scans
    .map((scan, position): Rest => ({ scan, ranges: rangesOf(scan, position, options) }))
    .filter(({ scan, ranges }) => scan.measures.length > 0 && ranges.length > 0);
  const large = wanted
    .filter(({ scan }) => scan.table.bytes >= SMALL_TABLE_BYTES)
    .toSorted((a, b) => b.scan.table.bytes - a.scan.table.bytes);
  const small = batches(wanted.map(({ scan }) => scan).filter(({ table }) => table.bytes < SMALL_TABLE_BYTES));
  const returned: Chunk[] = [];
  const speeds = new Map<string, number>();

  /** Of the last table, a chunk is half of one worker's share of what is left: so all end at about the same time, though they are not as fast. */
  const parts = (isLast: boolean): number => (isLast && options.workers > 1 ? 2 * options.workers : options.workers);
  const chunkBytes = (rest: Rest, isLast: boolean): number => {
    if (options.chunkBytes !== undefined) return options.chunkBytes;
    const speed = speeds.get(rest.scan.table.name);
    const bySpeed = speed === undefined ? FIRST_CHUNK_BYTES : speed * CHUNK_SECONDS;
    return Math.max(LEAST_CHUNK_BYTES, Math.min(MOST_CHUNK_BYTES, bySpeed, bytesOf(rest) / parts(isLast)));
  };
  const takeLarge = (): readonly Chunk[] | undefined => {
    const rest = large.shift();
    if (rest === undefined) return undefined;
    const { scan, ranges } = rest;
    const [range, ...others] = ranges as readonly [BlockRange, ...BlockRange[]];
    const rangeBytes = bytesIn(range, scan);
    const blocks = Math.ceil(chunkBytes(rest, large.length === 0) / BLOCK_BYTES);
    const isLast =
      scan.undivided === true || options.serverVersion < SEEKS_BLOCKS || rangeBytes <= 1.25 * blocks * BLOCK_BYTES;
    const to = range.from + blocks;
    const left = isLast ? others : [{ from: to, to: range.to }, ...others];
    if (left.length > 0) large.unshift({ scan, ranges: left });
    if (!isLast) return [{ scan, blocks: { from: range.from, to }, bytes: blocks * BLOCK_BYTES, attempts: 0 }];
    const isWhole = range.from === 0 && range.to === null;
    return [{ scan, blocks: isWhole ? null : range, bytes: rangeBytes, attempts: 0 }];
  };

  return {
    totalBytes: wanted.reduce((sum, rest) => sum + bytesOf(rest), 0),
    tables: wanted.length,
    chunksLeft: () =>
      Number(returned.length > 0) +
      small.length +
      large.reduce((sum, rest) => sum + Math.ceil(bytesOf(rest) / chunkBytes(rest, large.length === 1)), 0),
    take: () => (returned.length > 0 ? returned.splice(0) : (takeLarge() ?? small.shift())),
    giveBack: (chunks) => returned.push(...chunks),
    took([chunk, ...others], seconds) {
      if (chunk !== undefined && others.length === 0)
        speeds.set(chunk.scan.table.name, chunk.bytes / Math.max(seconds, 0.001));
    },
  };
}

/** The last range is open, so that a row beyond the size as it was asked for is read all the same; a shard's need not be, as `stripesOf` tells. */
function rangesOf(
  { table, whole: isWhole = false }: TableScan,
  position: number,
  options: ChunkQueueOptions,
): readonly BlockRange[] {
  const { shard, serverVersion } = options;
  const whole = [{ from: 0, to: null }];
  if (shard === undefined || isWhole) return whole;
  const isDivided = serverVersion >= SEEKS_BLOCKS && table.bytes >= SMALL_TABLE_BYTES;
  if (isDivided) return stripesOf(position, Math.ceil(table.bytes / BLOCK_BYTES), shard);
  return firstShardOf(position, shard.of) === shard.index ? whole : [];
}

function bytesOf({ scan, ranges }: Rest): number {
  return ranges.reduce((sum, range) => sum + bytesIn(range, scan), 0);
}

function bytesIn({ from, to }: BlockRange, { table }: TableScan): number {
  return Math.min(table.bytes, to === null ? table.bytes : to * BLOCK_BYTES) - from * BLOCK_BYTES;
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
