import { quoteQualified } from '../database/identifier.ts';
import type { BlockRange } from './stripes.ts';
import type { OwnedMeasure, TableScan } from './table-scan.ts';

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
 * The statement that reads a batch: rows with the chunk's position in the batch (`part`), the bucket, and the measures as a JSON array of texts, in the
 * order of the scan. A chunk whose table is divided has a row per bucket, with the measures of the check that divides it, and one for what the others
 * measure; any other chunk has one row. `measuresOfRow` tells which of them a row holds; of a chunk for which
 * `isAskedForRows` is true, it holds none.
 */
export function chunkQuery(batch: readonly Chunk[]): string {
  return batch.map((chunk, part) => selectOne(chunk, part)).join('\nUNION ALL\n');
}

/** The measures whose values a row of `chunkQuery` holds, by its bucket. */
export function measuresOfRow({ scan }: Chunk, bucket: string | null): readonly OwnedMeasure[] {
  const { owned, others } = measuresApart(scan);
  return bucket === null ? (isDivided(scan) ? others : scan.measures) : owned;
}

/** Is it known what all measures of the table are over no rows? */
export function isKnownOfNone({ measures }: TableScan): boolean {
  return measures.every(({ ofNone }) => ofNone !== undefined);
}

/** Does `chunkQuery` only ask whether the chunk has a row? It has none where the answer has a row of it. */
export function isAskedForRows({ scan }: Chunk): boolean {
  return scan.table.bytes === 0 && isKnownOfNone(scan);
}

/** The values of measures over no rows, where they are known. */
export function valuesOfNone(measures: readonly OwnedMeasure[]): readonly (string | null)[] {
  return measures.map(({ ofNone = null }) => ofNone);
}

/** A table without a single row: what its measures are then (0 for a count, null for a sum). */
function selectEmpty(scan: TableScan, part: number): string {
  if (isKnownOfNone(scan)) {
    const rows = `SELECT FROM ONLY ${quoteQualified(scan.table.schema, scan.table.relation)}`;
    return `SELECT ${part} AS part, NULL::bigint AS bucket, NULL::json AS measures WHERE NOT EXISTS (${rows})`;
  }
  return `${selectRow(part, 'NULL::bigint', textsOf(scan.measures))} ${fromRows(scan, ' WHERE false')}`;
}

function selectOne({ scan, blocks }: Chunk, part: number): string {
  // A table without a block has no row, and the planner is faster with what cannot be divided.
  if (scan.table.bytes === 0) return selectEmpty(scan, part);
  const rows = fromRows(scan, where(scan, blocks));
  if (scan.buckets === null) return `${selectRow(part, 'NULL::bigint', textsOf(scan.measures))} ${rows}`;
  const bucket = `(${scan.buckets.sql})::bigint`;
  const { owned, others } = measuresApart(scan);
  if (others.length === 0) return `${selectRow(part, bucket, textsOf(owned))} ${rows} GROUP BY 2`;
  // Nobody needs the others' measures of each of some hundred buckets, and the server merges them faster than they could be sent.
  const ofBuckets = others.map(({ sql }, index) => `${sql} AS m${index}`).join(', ');
  const merged = others.map((measure, index) => ({ ...measure, sql: mergedSql(measure.merge, `m${index}`) }));
  return `(WITH buckets AS MATERIALIZED (${selectRow(part, bucket, textsOf(owned))}, ${ofBuckets} ${rows} GROUP BY 2)
SELECT part, bucket, measures FROM buckets UNION ALL ${selectRow(part, 'NULL', textsOf(merged))} FROM buckets HAVING count(*) > 0)`;
}

function mergedSql(rule: OwnedMeasure['merge'], parts: string): string {
  return rule === 'list' ? `pg_catalog.string_agg(${parts}, ' ')` : `${rule}(${parts})`;
}

function isDivided({ table, buckets }: TableScan): boolean {
  return buckets !== null && table.bytes > 0;
}

const apart = new WeakMap<TableScan, MeasuresApart>();

interface MeasuresApart {
  /** Of the check that divides the table. */
  readonly owned: readonly OwnedMeasure[];
  readonly others: readonly OwnedMeasure[];
}

function measuresApart(scan: TableScan): MeasuresApart {
  const known = apart.get(scan);
  if (known !== undefined) return known;
  const isOwned = ({ owner }: OwnedMeasure): boolean => owner === scan.buckets?.owner;
  const found = { owned: scan.measures.filter(isOwned), others: scan.measures.filter((each) => !isOwned(each)) };
  apart.set(scan, found);
  return found;
}

function selectRow(part: number, bucket: string, values: string): string {
  return `SELECT ${part} AS part, ${bucket} AS bucket, pg_catalog.to_json(ARRAY[${values}]::text[]) AS measures`;
}

function textsOf(measures: readonly OwnedMeasure[]): string {
  // A cast to text could be a function that somebody made; none of these is ever empty.
  return measures.map(({ sql }) => `NULLIF(pg_catalog.concat(${sql}), '')`).join(', ');
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
