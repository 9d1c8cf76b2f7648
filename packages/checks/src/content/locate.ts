import { createHash } from 'node:crypto';
import type { DatabaseHandle, Finding, LocateInput, Row, Table } from '@pgdrill/core';
import { differingBuckets } from './differing-buckets.ts';
import { digestColumns, isSurrogate } from './digest-columns.ts';
import type { DigestColumns } from './digest-columns.ts';
import { contentFindings } from './findings.ts';
import { candidatesQuery, rowDetailsQuery, rowsQuery } from './locate-queries.ts';
import type { BucketChoice } from './locate-queries.ts';
import { locateRows } from './located-rows.ts';
import type { LocatedRow } from './located-rows.ts';
import type { ContentOptions } from './options.ts';

/** Rows that are named one by one, unless the options say another number. */
const NAMED_ROWS = 20;

/** Names the rows and columns of every table whose content differs, as far as its sides are still there to ask. */
export async function locateContent(input: LocateInput<ContentOptions>): Promise<readonly Finding[]> {
  const differing = input.findings.filter(({ code }) => code === contentFindings.differs.code);
  const findings: Finding[] = [];
  for (const { subject } of differing) {
    const [before, after] = [input.tables.before.get(subject), input.tables.after.get(subject)];
    if (!after || !input.after) continue;
    const buckets = differingBuckets(
      input.observed.before.tables[subject]?.buckets,
      input.observed.after.tables[subject]?.buckets,
    );
    const choice = buckets === null ? null : { count: buckets.count, numbers: buckets.differing };
    if (before && input.before) {
      findings.push(
        ...(await locateBothSides(
          input,
          { handle: input.before, table: before },
          { handle: input.after, table: after },
          choice,
        )),
      );
    } else if (choice !== null) {
      findings.push(...(await listCandidates(input, { handle: input.after, table: after }, choice)));
    }
  }
  return findings;
}

interface Side {
  readonly handle: DatabaseHandle;
  readonly table: Table;
}

async function locateBothSides(
  input: LocateInput<ContentOptions>,
  before: Side,
  after: Side,
  choice: BucketChoice | null,
): Promise<readonly Finding[]> {
  const { name } = before.table;
  const columns = [digestColumns(before.table, input.options), digestColumns(after.table, input.options)] as const;
  const shapes = columns.map(({ stored }) => stored.map((column) => `${column.name} ${column.type}`).join(', '));
  if (shapes[0] !== shapes[1]) {
    const { columnsDiffer } = contentFindings;
    return [
      {
        code: columnsDiffer.code,
        severity: 'error',
        subject: name,
        expected: shapes[0] ?? '',
        actual: shapes[1] ?? '',
        message: columnsDiffer.message(name),
      },
    ];
  }
  const keyed = columns[0].key.length > 0 && columns[1].key.length > 0;
  const compared = columns.map((side) => (keyed ? side : { ...side, key: [] })) as [DigestColumns, DigestColumns];
  const usable = keyed === columns[0].key.length > 0 && keyed === columns[1].key.length > 0 ? choice : null;
  const located = await locateRows(
    before.handle.walk(rowsQuery(before.table, compared[0], usable)),
    after.handle.walk(rowsQuery(after.table, compared[1], usable)),
    input.options.rows ?? NAMED_ROWS,
  );
  const { total } = contentFindings;
  const counts = { missing: located.missing, unexpected: located.unexpected, changed: located.changed };
  return [
    ...(await nameRows(input, before, after, compared, located.first)),
    {
      code: total.code,
      severity: 'notice',
      subject: name,
      expected: null,
      actual: counts,
      message: total.message(name, counts.missing, counts.unexpected, counts.changed),
    },
  ];
}

async function nameRows(
  input: LocateInput<ContentOptions>,
  before: Side,
  after: Side,
  [columnsBefore, columnsAfter]: readonly [DigestColumns, DigestColumns],
  rows: readonly LocatedRow[],
): Promise<readonly Finding[]> {
  const placesBefore = rows.flatMap((row) => row.before ?? []);
  const placesAfter = rows.flatMap((row) => row.after ?? []);
  const details = [
    await detailsOf(before, columnsBefore, placesBefore),
    await detailsOf(after, columnsAfter, placesAfter),
  ] as const;
  return rows.map((row) => {
    const [ours, theirs] = [
      row.before === null ? undefined : details[0].get(row.before),
      row.after === null ? undefined : details[1].get(row.after),
    ];
    const shown = showRow(ours ?? theirs ?? {}, columnsBefore, input.reveal);
    const changed = columnsBefore.stored
      .filter((_, index) => ours?.[`column_${index}`] !== theirs?.[`column_${index}`])
      .map((column) => column.name);
    return rowFinding(before.table.name, row.kind, shown, changed);
  });
}

function rowFinding(table: string, kind: LocatedRow['kind'], row: string, columns: readonly string[]): Finding {
  const base = { severity: 'error', subject: table } as const;
  if (kind === 'missing') {
    const { code, message } = contentFindings.rowMissing;
    return { ...base, code, expected: row, actual: null, message: message(table, row) };
  }
  if (kind === 'unexpected') {
    const { code, message } = contentFindings.rowUnexpected;
    return { ...base, code, expected: null, actual: row, message: message(table, row) };
  }
  const { code, message } = contentFindings.rowChanged;
  return { ...base, code, expected: row, actual: { row, columns }, message: message(table, row, columns.join(', ')) };
}

async function detailsOf(
  { handle, table }: Side,
  columns: DigestColumns,
  places: readonly string[],
): Promise<ReadonlyMap<string, Row>> {
  if (places.length === 0) return new Map();
  const rows = await handle.query(rowDetailsQuery(table, columns), [places]);
  return new Map(rows.map((row) => [row['ctid'] ?? '', row]));
}

/** A row by its key where that may be shown, else by a short hash of its key, else (without a key) by a hash of its columns. */
function showRow(row: Row, { key, stored }: DigestColumns, reveal: LocateInput<ContentOptions>['reveal']): string {
  if (key.length === 0) {
    return `${shortHash(stored.map((_, index) => row[`column_${index}`] ?? ''))} (it has no key)`;
  }
  const values = key.map((_, index) => row[`key_${index}`] ?? '');
  const mayShow = reveal === 'keys' || key.every(isSurrogate);
  if (!mayShow) return shortHash(values);
  return key.map(({ name }, index) => `${name}=${values[index]}`).join(', ');
}

function shortHash(values: readonly string[]): string {
  // One value is hashed as it is, so that somebody who knows the key can find it again with sha256sum.
  const text = values.length === 1 ? (values[0] ?? '') : JSON.stringify(values);
  return `#${createHash('sha256').update(text).digest('hex').slice(0, 12)}`;
}

async function listCandidates(
  input: LocateInput<ContentOptions>,
  after: Side,
  choice: BucketChoice,
): Promise<readonly Finding[]> {
  const columns = digestColumns(after.table, input.options);
  if (columns.key.length === 0) return [];
  const rows = await after.handle.query(
    candidatesQuery(after.table, columns, choice, input.options.rows ?? NAMED_ROWS),
  );
  const { code, message } = contentFindings.candidate;
  return rows.map((row) => {
    const shown = showRow(row, columns, input.reveal);
    return {
      code,
      severity: 'notice',
      subject: after.table.name,
      expected: null,
      actual: shown,
      message: message(after.table.name, shown),
    };
  });
}
