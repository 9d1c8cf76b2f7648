import { quoteQualified } from '../database/identifier.ts';
import type { Chunk } from './plan-chunks.ts';

/**
 * The statement that reads a batch: one row per chunk, with its position in the batch (`part`) and its measures as a JSON array of texts
 * (`measures`), in the order of the scan.
 */
export function chunkQuery(batch: readonly Chunk[]): string {
  return batch.map(selectOne).join('\nUNION ALL\n');
}

function selectOne({ scan, blocks }: Chunk, part: number): string {
  const values = scan.measures.map(({ sql }) => `(${sql})::text`).join(', ');
  // ONLY: the rows of an inheritance child are the child's own, and counted there.
  const from = `FROM ONLY ${quoteQualified(scan.table.schema, scan.table.relation)} AS t`;
  return `SELECT ${part} AS part, pg_catalog.to_json(ARRAY[${values}])::text AS measures ${from}${where(blocks)}`;
}

function where(blocks: Chunk['blocks']): string {
  if (blocks === null) return '';
  const upper = blocks.to === null ? '' : ` AND t.ctid < '(${blocks.to},0)'::pg_catalog.tid`;
  return ` WHERE t.ctid >= '(${blocks.from},0)'::pg_catalog.tid${upper}`;
}
