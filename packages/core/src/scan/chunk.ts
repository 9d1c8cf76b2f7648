import { quoteQualified } from '../database/identifier.ts';
import type { BlockRange } from './stripes.ts';
import type { TableScan } from './table-scan.ts';

/** A part of one table: some of its heap blocks. A whole table has no `blocks`. */
export interface Chunk {
  readonly scan: TableScan;
  readonly blocks: BlockRange | null;
  /** What reading it costs, for dealing and for progress. */
  readonly bytes: number;
  /** How often it was tried and lost with its connection. */
  readonly attempts: number;
}

/**
 * The statement that reads a batch: a row per chunk, or per bucket of it, with the chunk's position in the batch (`part`), the bucket (null where the
 * table is not divided), and the measures as a JSON array of texts, in the order of the scan.
 */
export function chunkQuery(batch: readonly Chunk[]): string {
  return batch.map((chunk, part) => selectOne(chunk, part)).join('\nUNION ALL\n');
}

/** The same columns for a table without a single row: what its measures are then (0 for a count, null for a sum). */
export function emptyQuery(scans: readonly TableScan[]): string {
  return scans.map(selectEmpty).join('\nUNION ALL\n');
}

function selectEmpty(scan: TableScan, part: number): string {
  return `${selectMeasures(scan, part, 'NULL')} ${fromRows(scan, ' WHERE false')}`;
}

function selectOne({ scan, blocks }: Chunk, part: number): string {
  // A table without a block has no row, and the planner is faster with what cannot be divided.
  if (scan.table.bytes === 0) return selectEmpty(scan, part);
  const bucket = scan.buckets === null ? 'NULL' : `(${scan.buckets.sql})`;
  const groups = scan.buckets === null ? '' : ' GROUP BY 2';
  return `${selectMeasures(scan, part, bucket)} ${fromRows(scan, where(scan, blocks))}${groups}`;
}

function selectMeasures(scan: TableScan, part: number, bucket: string): string {
  // A cast to text could be a function that somebody made; none of these is ever empty.
  const values = scan.measures.map(({ sql }) => `NULLIF(pg_catalog.concat(${sql}), '')`).join(', ');
  return `SELECT ${part} AS part, ${bucket}::bigint AS bucket, pg_catalog.to_json(ARRAY[${values}]::text[]) AS measures`;
}

function fromRows({ table, derived }: TableScan, condition: string): string {
  // ONLY: the rows of an inheritance child are the child's own, and read there.
  const rows = `ONLY ${quoteQualified(table.schema, table.relation)} AS t${condition}`;
  if (derived.length === 0) return `FROM ${rows}`;
  const expressions = derived.map(({ column, sql }) => `${sql} AS ${column}`).join(', ');
  // OFFSET 0 keeps the planner from putting each expression into every place that uses it, where it would be evaluated anew.
  return `FROM (SELECT t.*, ${expressions} FROM ${rows} OFFSET 0) AS t`;
}

function where({ where: condition }: TableScan, blocks: Chunk['blocks']): string {
  const conditions = [
    ...(blocks === null ? [] : [`t.ctid >= '(${blocks.from},0)'::pg_catalog.tid`]),
    ...(blocks === null || blocks.to === null ? [] : [`t.ctid < '(${blocks.to},0)'::pg_catalog.tid`]),
    ...(condition === undefined ? [] : [`(${condition})`]),
  ];
  return conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`;
}
