import type { Measure } from '../check.ts';
import type { Table } from '../table.ts';

/** One check's measure of a table. */
export interface OwnedMeasure extends Measure {
  /** The check's name. */
  readonly owner: string;
  readonly name: string;
}

/** A table and the measures that all checks together want of it. */
export interface TableScan {
  readonly table: Table;
  readonly measures: readonly OwnedMeasure[];
}

/** A part of one table: heap blocks `from` (inclusive) to `to` (exclusive; null: to the end). A whole table has no `blocks`. */
export interface Chunk {
  readonly scan: TableScan;
  readonly blocks: { readonly from: number; readonly to: number | null } | null;
  /** What reading it costs, for dealing and for progress. */
  readonly bytes: number;
}

/** PostgreSQL's block size. Other sizes are a compile-time choice that hardly anybody makes; a wrong guess only shifts the chunks' sizes. */
const BLOCK_BYTES = 8192;
/** About half a second to two seconds of work for one worker, with two or three checks. */
const CHUNK_BYTES = 128 * 1024 * 1024;
/** Tables under this size share a round trip. */
const SMALL_TABLE_BYTES = 1024 * 1024;
/** A statement with more parts than this takes the server longer to plan than another round trip costs. */
const TABLES_PER_BATCH = 100;
/** PostgreSQL allows 1,664 expressions in one target list; some room is left. */
const MEASURES_PER_BATCH = 1500;

/**
 * Cuts tables into batches of chunks, one batch a query: a large table in many chunks, many small tables in one batch. The largest come first, so
 * that no worker is left with a huge one at the end.
 *
 * @param serverVersion as `server_version_num`; ranges of `ctid` are only read without a whole scan from PostgreSQL 14 on
 * @param chunkBytes the size that a chunk is meant to have
 */
export function planChunks(
  scans: readonly TableScan[],
  serverVersion: number,
  chunkBytes = CHUNK_BYTES,
): readonly (readonly Chunk[])[] {
  const chunks = scans
    .filter((scan) => scan.measures.length > 0)
    .flatMap((scan) => cut(scan, serverVersion, chunkBytes));
  const isLarge = (chunk: Chunk): boolean => chunk.blocks !== null || chunk.bytes >= SMALL_TABLE_BYTES;
  const large = chunks.filter(isLarge);
  const small = chunks.filter((chunk) => !isLarge(chunk));
  return [...large.toSorted((a, b) => b.bytes - a.bytes).map((chunk) => [chunk]), ...batch(small)];
}

function cut(scan: TableScan, serverVersion: number, chunkBytes: number): readonly Chunk[] {
  const { bytes } = scan.table;
  if (serverVersion < 140_000 || bytes < 1.5 * chunkBytes) return [{ scan, blocks: null, bytes }];
  const parts = Math.ceil(bytes / chunkBytes);
  const blocksPerPart = Math.ceil(bytes / BLOCK_BYTES / parts);
  return Array.from({ length: parts }, (_, part) => ({
    scan,
    // The last part is open, so that a row beyond the size as it was asked for is read all the same.
    blocks: { from: part * blocksPerPart, to: part === parts - 1 ? null : (part + 1) * blocksPerPart },
    bytes: bytes / parts,
  }));
}

function batch(chunks: readonly Chunk[]): readonly (readonly Chunk[])[] {
  const batches: Chunk[][] = [];
  let current: Chunk[] = [];
  let measures = 0;
  for (const chunk of chunks) {
    const wanted = chunk.scan.measures.length;
    if (current.length > 0 && (current.length >= TABLES_PER_BATCH || measures + wanted > MEASURES_PER_BATCH)) {
      batches.push(current);
      current = [];
      measures = 0;
    }
    current.push(chunk);
    measures += wanted;
  }
  if (current.length > 0) batches.push(current);
  return batches;
}
