import { DatabaseError } from '../errors.ts';
import { messageOf } from '../message-of.ts';
import type { DatabaseHandle } from '../database/handle.ts';
import { chunkQuery } from './chunk-query.ts';
import type { Chunk } from './plan-chunks.ts';

/** What a chunk yielded: values in the order of its measures, or why it could not be read. */
export interface ChunkResult {
  readonly chunk: Chunk;
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
      values: JSON.parse(row['measures'] ?? '[]') as (string | null)[],
    }));
  } catch (error) {
    if (!(error instanceof DatabaseError) || !isRefusal(error)) throw error;
    const parts = divide(batch);
    if (parts.length === 1) return batch.map((chunk) => ({ chunk, values: [], error: messageOf(error) }));
    const results = [];
    for (const part of parts) results.push(...(await readBatch(db, part)));
    return results;
  }
}

function divide(batch: readonly Chunk[]): readonly (readonly Chunk[])[] {
  const [only] = batch;
  if (only === undefined || batch.length > 1) return batch.map((chunk) => [chunk]);
  const byOwner = Map.groupBy(only.scan.measures, ({ owner }) => owner);
  return [...byOwner.values()].map((measures) => [{ ...only, scan: { ...only.scan, measures } }]);
}

/** Source: PostgreSQL manual, appendix "PostgreSQL Error Codes": classes 08, 57 and 58 are about the connection or the server, not the statement. */
function isRefusal({ sqlstate }: DatabaseError): boolean {
  return sqlstate !== null && !['08', '57', '58'].includes(sqlstate.slice(0, 2));
}
