import { quoteIdentifier } from '../database/identifier.ts';
import { UsageError } from '../errors.ts';
import { scanOfOwners } from '../scan/table-scan.ts';
import type { TableScan } from '../scan/table-scan.ts';
import type { KeyRange, RecordedSample, TableSample } from './tier.ts';

type RangeSample = Extract<TableSample, { by: 'range' }>;

/**
 * The readings that a table's sample takes: the rows of the sample for all measures, and the others only for those that are taken of every row.
 *
 * @param everyRow names of the checks whose measures are taken of every row
 * @throws UsageError for a sample that no capture has chosen
 */
export function sampledScans(
  scan: TableScan,
  { percent, seed, tables }: RecordedSample,
  everyRow: ReadonlySet<string>,
): readonly TableScan[] {
  const sample = tables[scan.table.name];
  if (sample === undefined || sample.by === 'whole') return [scan];
  const counts = scanOfOwners(scan, (owner) => everyRow.has(owner));
  if (sample.by === 'hash') {
    const values = scanOfOwners(scan, (owner) => !everyRow.has(owner));
    return [counts, { ...values, where: hashCondition(sample.columns, percent, seed) }];
  }
  const { bytes } = scan.table;
  const gaps = gapsBetween(sample.ranges);
  const rangeBytes = bytes / sample.of;
  const gapBytes = (bytes - rangeBytes * sample.ranges.length) / Math.max(gaps.length, 1);
  return [
    ...sample.ranges.map((range) => rangeScan(scan, sample, range, rangeBytes)),
    ...gaps.map((range) => rangeScan(counts, sample, range, gapBytes)),
  ];
}

/** A range is read by its key, in one piece: its rows may lie in any block. */
function rangeScan(scan: TableScan, { key }: RangeSample, { from, to }: KeyRange, bytes: number): TableScan {
  const columns = `(${key.map(({ name }) => `t.${quoteIdentifier(name)}`).join(', ')})`;
  const bound = (values: readonly string[]): string =>
    `(${key.map(({ type }, index) => `${literal(values[index])}::pg_catalog.${type}`).join(', ')})`;
  const conditions = [
    ...(from === null ? [] : [`${columns} >= ${bound(from)}`]),
    ...(to === null ? [] : [`${columns} < ${bound(to)}`]),
  ];
  // Not 0, which would mean that there is nothing to read.
  const table = { ...scan.table, bytes: scan.table.bytes === 0 ? 0 : Math.max(1, Math.round(bytes)) };
  return { ...scan, table, undivided: true, ...(conditions.length === 0 ? {} : { where: conditions.join(' AND ') }) };
}

/** The text may come from a file: it is data, whatever it holds. */
function literal(text: string | undefined): string {
  if (text !== undefined && /^-?[0-9a-f-]+$/.test(text)) return `'${text}'`;
  throw new UsageError(
    `A sample's range ends at ${JSON.stringify(text)}, which is no key: the manifest was damaged or edited. Capture it again.`,
  );
}

/** Between and around ranges that are in order. */
function gapsBetween(ranges: readonly KeyRange[]): readonly KeyRange[] {
  const gaps: KeyRange[] = [];
  let from: KeyRange['from'] = null;
  let isOpen = true;
  for (const range of ranges) {
    if (range.from !== null && !(from !== null && same(from, range.from))) gaps.push({ from, to: range.from });
    from = range.to;
    isOpen = range.to !== null;
  }
  return isOpen ? [...gaps, { from, to: null }] : gaps;
}

function same(one: readonly string[], other: readonly string[]): boolean {
  return one.every((value, index) => value === other[index]);
}

const PARTS = 1_000_000;

/** In the order of bytes, so that a collation has no say; the key's text is the same under the pinned settings. */
function hashCondition(columns: readonly string[], percent: number, seed: number): string {
  const key = `pg_catalog.concat(ROW(${columns.map((name) => `t.${quoteIdentifier(name)}`).join(', ')})) COLLATE "C"`;
  const parts = Math.ceil((percent / 100) * PARTS);
  return `(pg_catalog.hashtextextended(${key}, ${seed}) & 9223372036854775807) % ${PARTS} < ${parts}`;
}
