import { messageOf } from '../message-of.ts';
import type { DatabaseHandle } from '../database/handle.ts';
import { chunkQuery } from './chunk.ts';
import type { Chunk } from './chunk.ts';
import { isLost } from './is-lost.ts';
import { scanOfOwners } from './table-scan.ts';

/** What a chunk, or one bucket of it, yielded: values in the order of the scan's measures, or why it could not be read. */
export interface ChunkResult {
  readonly chunk: Chunk;
  /** Null where the table is not divided. */
  readonly bucket: string | null;
  readonly values: readonly (string | null)[];
  readonly error?: string;
}

/**
 * Reads a batch of chunks in one round trip. When the server refuses it, the batch is read again in parts, down to one check's measures of one
 * table: a table without permission, or one custom check with an error in its SQL, costs nobody else their result.
 *
 * @throws DatabaseError when the connection or the server is gone
 */
export async function readBatch(db: DatabaseHandle, batch: readonly Chunk[]): Promise<readonly ChunkResult[]> {
  try {
    const rows = await db.query(chunkQuery(batch));
    return rows.map((row) => ({
      chunk: batch[Number(row['part'])] as Chunk,
      bucket: row['bucket'] ?? null,
      values: JSON.parse(row['measures'] ?? '[]') as (string | null)[],
    }));
  } catch (error) {
    if (isLost(error)) throw error;
    const parts = divide(batch);
    if (parts.length === 1) return batch.map((chunk) => ({ chunk, bucket: null, values: [], error: messageOf(error) }));
    const results = [];
    for (const part of parts) results.push(...(await readBatch(db, part)));
    return results;
  }
}

function divide(batch: readonly Chunk[]): readonly (readonly Chunk[])[] {
  const [only] = batch;
  if (only === undefined || batch.length > 1) return batch.map((chunk) => [chunk]);
  const owners = new Set(only.scan.measures.map(({ owner }) => owner));
  return Array.from(owners, (owner) => [{ ...only, scan: scanOfOwners(only.scan, (each) => each === owner) }]);
}
