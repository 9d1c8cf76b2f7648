import { displayName, quoteIdentifier } from '@pgdrill/core';
import type { Buckets, Column, Measure, Table } from '@pgdrill/core';
import { renderedText } from '../column-text.ts';
import { hashRoute, seedOf } from './column-hash.ts';
import { rowHash } from './row-hash.ts';
import type { RowHash } from './row-hash.ts';
import { sha256Measures } from './sha256.ts';
import type { ContentOptions } from './options.ts';

/** What the check `content` asks the scan for, of one table. */
export interface TableDigest {
  readonly derived: Readonly<Record<string, string>>;
  readonly measures: Readonly<Record<string, Measure>>;
  readonly buckets: Buckets;
}

/** The columns of a table by their part in its digest. */
export interface DigestColumns {
  /** Everything but generated and left-out columns. */
  readonly stored: readonly Column[];
  /** Recomputed by the restored server, hence judged by themselves. */
  readonly generated: readonly Column[];
  readonly key: readonly Column[];
}

/** Sorts a table's columns, leaving out those that the options name. */
export function digestColumns(table: Table, options: ContentOptions): DigestColumns {
  const leftOut = new Set((options.exclude ?? []).map(({ column }) => column));
  const columns = table.columns.filter(({ name }) => !leftOut.has(displayName(table.schema, table.relation, name)));
  return {
    stored: columns.filter(({ generated }) => !generated),
    generated: columns.filter(({ generated }) => generated),
    key: table.primaryKey.flatMap((name) => table.columns.filter((column) => column.name === name)),
  };
}

/** How a derived expression of this check is called in measures. */
export function derivedName(name: string): string {
  return `t.${quoteIdentifier(`content:${name}`)}`;
}

/** The digest of one table: the sums of two independent 64-bit row hashes, the row count, and the same of every bucket. */
export function tableDigest(table: Table, options: ContentOptions): TableDigest {
  const { stored, generated, key } = digestColumns(table, options);
  const row = rowHash(stored);
  const derived: Record<string, string> = row.packed === null ? {} : { packed: row.packed };
  // By number, since a column's name may be as long as a name can be.
  for (const [index, column] of row.texts.entries()) derived[`text${index}`] = renderedText(column);
  const textName = (column: Column): string => derivedName(`text${row.texts.indexOf(column)}`);
  const measures: Record<string, Measure> = {
    rows: { sql: 'count(*)', merge: 'sum', ofNone: '0' },
    a: sumOf(row.of('a', derivedName('packed'), textName)),
    b: sumOf(row.of('b', derivedName('packed'), textName)),
  };
  if (generated.length > 0) addGenerated(generated, row, derived, measures);
  if (options.digest === 'sha256') sha256Measures(stored, derived, measures);
  const buckets = bucketsOf(table, key, row, derived, options);
  return { derived, measures, buckets };
}

function sumOf(sql: string): Measure {
  return { sql: `sum(${sql})`, merge: 'sum', ofNone: null };
}

/** Generated values are tied to their row, so that two of them that changed places are noticed. */
function addGenerated(
  generated: readonly Column[],
  row: RowHash,
  derived: Record<string, string>,
  measures: Record<string, Measure>,
): void {
  const hash = rowHash(generated);
  if (hash.packed !== null) derived['generated'] = hash.packed;
  const { narrow } = seedOf('generated');
  for (const purpose of ['a', 'b']) {
    const both = `${row.of(purpose, derivedName('packed'))} # ${hash.of(`generated ${purpose}`, derivedName('generated'))}`;
    measures[`generated_${purpose}`] = sumOf(`hashint4extended(${narrow}, ${both})`);
  }
}

/**
 * Rows are divided by a hash of their primary key, so that a changed row stays in its bucket; without a key, by a hash of the whole row.
 *
 * The bucket is a derived column because the planner would otherwise take each key for a group of its own, and sort the table.
 */
function bucketsOf(
  table: Table,
  key: readonly Column[],
  row: RowHash,
  derived: Record<string, string>,
  options: ContentOptions,
): Buckets {
  const count = bucketCount(table.bytes, options);
  if (key.length === 0) {
    derived['row'] = row.packed === null ? row.of('bucket', '') : row.of('bucket', row.packed);
    return { sql: `${derivedName('row')} & ${count - 1}`, count, scheme: 'row' };
  }
  const hash = rowHash(key);
  derived['bucket'] = `${hash.of('bucket', hash.packed ?? '')} & ${count - 1}`;
  return {
    sql: derivedName('bucket'),
    count,
    scheme: `key(${key.map(({ name }) => quoteIdentifier(name)).join(',')})`,
  };
}

const MOST_BUCKETS = 512;
const LEAST_BUCKETS = 16;
const BYTES_PER_BUCKET = 64 * 1024;

/** A power of two, so that two counts can be compared by folding the larger. */
function bucketCount(bytes: number, options: ContentOptions): number {
  if (options.buckets !== undefined) return 2 ** Math.round(Math.log2(options.buckets));
  const wanted = 2 ** Math.ceil(Math.log2(Math.max(1, bytes / BYTES_PER_BUCKET)));
  return Math.min(MOST_BUCKETS, Math.max(LEAST_BUCKETS, wanted));
}

/** True when a column's own values, rather than a hash of them, may be the key in a report. */
export function isSurrogate(column: Column): boolean {
  return hashRoute(column) === 'direct' && ['int2', 'int4', 'int8', 'uuid'].includes(column.baseType);
}
