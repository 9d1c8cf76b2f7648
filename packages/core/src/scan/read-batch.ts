import { DatabaseError } from '../errors.ts';
import { messageOf } from '../message-of.ts';
import type { DatabaseHandle, Row } from '../database/handle.ts';
import { chunkQuery, isAskedForRows, measuresOfRow, valuesOfNone } from './chunk.ts';
import type { Chunk } from './chunk.ts';
import { BLOCK_BYTES } from './chunk-queue.ts';
import { isLost } from './is-lost.ts';
import { scanOfMeasures, scanOfOwners } from './table-scan.ts';
import type { OwnedMeasure } from './table-scan.ts';

/** What a chunk, or one bucket of it, yielded, or why it could not be read. */
export interface ChunkResult {
  readonly chunk: Chunk;
  /** Null where the table is not divided. */
  readonly bucket: string | null;
  /** What was measured; or was to be. */
  readonly measures: readonly OwnedMeasure[];
  /** In the order of the measures. */
  readonly values: readonly (string | null)[];
  readonly error?: string;
}

/**
 * Reads a batch of chunks in one round trip. When the server refuses it, the batch is read again in parts, down to one check's measures of one
 * table: a table without permission, or one custom check with an error in its SQL, costs nobody else their result. Where it has so many columns that a
 * statement cannot name all that is wanted of them, it is read once for each half of that.
 *
 * @throws DatabaseError when the connection or the server is gone
 */
export async function readBatch(db: DatabaseHandle, batch: readonly Chunk[]): Promise<readonly ChunkResult[]> {
  try {
    const rows = await db.query(chunkQuery(batch));
    const results = rows.map((row) => resultOf(row, batch));
    return [...results, ...(await readUnexpected(db, batch, results))];
  } catch (error) {
    if (isLost(error)) throw error;
    const parts = isTooWide(error) ? halve(batch) : divide(batch);
    if (parts.length === 1) return batch.map((chunk) => unreadChunk(chunk, error));
    const results = [];
    for (const part of parts) results.push(...(await readBatch(db, part)));
    return results;
  }
}

function resultOf(row: Row, batch: readonly Chunk[]): ChunkResult {
  const chunk = batch[Number(row['part'])] as Chunk;
  const bucket = row['bucket'] ?? null;
  const measures = measuresOfRow(chunk, bucket);
  const values = isAskedForRows(chunk)
    ? valuesOfNone(measures)
    : (JSON.parse(row['measures'] ?? '[]') as (string | null)[]);
  return { chunk, bucket, measures, values };
}

/** Rows may lie where the size does not tell: a table's access method need not be PostgreSQL's own. */
async function readUnexpected(
  db: DatabaseHandle,
  batch: readonly Chunk[],
  results: readonly ChunkResult[],
): Promise<readonly ChunkResult[]> {
  const empty = new Set(results.map(({ chunk }) => chunk));
  const chunks = batch
    .filter((chunk) => isAskedForRows(chunk) && !empty.has(chunk))
    .map((chunk) => ({ ...chunk, scan: { ...chunk.scan, table: { ...chunk.scan.table, bytes: BLOCK_BYTES } } }));
  return chunks.length === 0 ? [] : readBatch(db, chunks);
}

/** A chunk that could not be read. */
export function unreadChunk(chunk: Chunk, error: unknown): ChunkResult {
  return { chunk, bucket: null, measures: chunk.scan.measures, values: [], error: messageOf(error) };
}

/** A SELECT has at most 1,664 expressions, and a table 1,600 columns. Source: PostgreSQL manual, "PostgreSQL Limits". */
function isTooWide(error: unknown): boolean {
  return error instanceof DatabaseError && error.sqlstate === '54011';
}

function halve(batch: readonly Chunk[]): readonly (readonly Chunk[])[] {
  const parts = divide(batch);
  const [only] = batch;
  if (parts.length > 1 || only === undefined) return parts;
  const { measures } = only.scan;
  const half = Math.ceil(measures.length / 2);
  return [measures.slice(0, half), measures.slice(half)]
    .filter((some) => some.length > 0)
    .map((some) => [{ ...only, scan: scanOfMeasures(only.scan, some) }]);
}

function divide(batch: readonly Chunk[]): readonly (readonly Chunk[])[] {
  const [only] = batch;
  if (only === undefined || batch.length > 1) return batch.map((chunk) => [chunk]);
  const owners = new Set(only.scan.measures.map(({ owner }) => owner));
  return Array.from(owners, (owner) => [{ ...only, scan: scanOfOwners(only.scan, (each) => each === owner) }]);
}
