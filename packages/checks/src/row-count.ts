import { defineCheck, measuredAs } from '@pgdrill/core';
import type { Check, Finding, Json, Judgement, MeasuredTable, Subject } from '@pgdrill/core';

/** Which of the counted relations are materialised views, and which tables are unlogged. */
export interface RowCountObservation {
  readonly [key: string]: Json | undefined;
  readonly matviews: readonly string[];
  readonly unlogged: readonly string[];
}

/** Every finding code of the check `row-count`, with its wording. */
export const rowCountFindings = {
  tableMissing: {
    code: 'row-count/table-missing',
    message: (table: string, rows: string) => `The table ${table} is not there any more; it had ${rows} rows.`,
  },
  tableUnexpected: {
    code: 'row-count/table-unexpected',
    message: (table: string, rows: string) => `The table ${table} was not there before; it has ${rows} rows.`,
  },
  differs: {
    code: 'row-count/differs',
    message: (table: string, before: string, after: string, isUnlogged: boolean) =>
      `${table} had ${before} rows and has ${after}: ${change(before, after)}.${isUnlogged && after === '0' ? ' It is unlogged: such tables come back empty from a base backup, and after a crash.' : ''}`,
  },
  matviewDiffers: {
    code: 'row-count/matview-differs',
    message: (table: string, before: string, after: string) =>
      `The materialised view ${table} had ${before} rows and has ${after}. That is no loss where it was stale before the backup and the restore refreshed it: the check matviews tells, with its option freshness.`,
  },
} as const;

function change(before: string, after: string): string {
  const difference = BigInt(after) - BigInt(before);
  const rows = difference === 1n || difference === -1n ? 'row' : 'rows';
  return difference < 0n ? `${-difference} ${rows} lost` : `${difference} ${rows} too many`;
}

/** Counts every user table, leaf partition and materialised view, exactly. */
export const rowCount: Check<RowCountObservation> = defineCheck<RowCountObservation>({
  name: 'row-count',
  summary: 'Every table has as many rows as before',
  cost: 'Reads every table once (in the scan that all table checks share); the count itself costs next to nothing there.',
  everyRow: true,
  measure: () => ({ rows: { sql: 'count(*)', merge: 'sum', ofNone: '0' } }),
  observe: async (_db, _options, { tables }) => ({
    matviews: tables.filter(({ kind }) => kind === 'matview').map(({ name }) => name),
    unlogged: tables.filter(({ persistence }) => persistence === 'unlogged').map((table) => measuredAs(table).name),
  }),
  judge({ before, after }): Judgement {
    const matviews = new Set([...before.observation.matviews, ...after.observation.matviews]);
    const unlogged = new Set(before.observation.unlogged);
    const names = [...new Set([...Object.keys(before.tables), ...Object.keys(after.tables)])];
    const results = names.map((name) =>
      judgeTable(name, before.tables[name], after.tables[name], {
        isMatview: matviews.has(name),
        isUnlogged: unlogged.has(name),
      }),
    );
    return {
      subjects: results.map(({ subject }) => subject),
      findings: results.flatMap(({ finding }) => finding ?? []),
    };
  },
});

interface TableResult {
  readonly subject: Subject;
  readonly finding?: Finding;
}

function judgeTable(
  name: string,
  before: MeasuredTable | undefined,
  after: MeasuredTable | undefined,
  { isMatview, isUnlogged }: { readonly isMatview: boolean; readonly isUnlogged: boolean },
): TableResult {
  const error = before?.error ?? after?.error;
  const subject: Subject = { name, before: shownCount(before), after: shownCount(after) };
  if (error !== undefined) {
    const side = before?.error === undefined ? 'after' : 'before';
    return { subject: { ...subject, unverified: `It could not be counted ${side}: ${error}` } };
  }
  const [had, has] = [countOf(before), countOf(after)];
  const finding = (code: string, message: string, severity: Finding['severity'] = 'error'): TableResult => ({
    subject,
    finding: { code, severity, subject: name, expected: subject.before, actual: subject.after, message },
  });
  const { tableMissing, tableUnexpected, differs, matviewDiffers } = rowCountFindings;
  if (!after) return finding(tableMissing.code, tableMissing.message(name, had));
  if (!before) return finding(tableUnexpected.code, tableUnexpected.message(name, has));
  if (isMatview && subject.before !== null && subject.after === null)
    return { subject: { ...subject, unverified: UNPOPULATED } };
  if (!isMatview && (subject.before === null || subject.after === null))
    return { subject: { ...subject, unverified: 'It was not counted on both sides.' } };
  if (had === has) return { subject };
  if (isMatview) return finding(matviewDiffers.code, matviewDiffers.message(name, had, has), 'warning');
  return finding(differs.code, differs.message(name, had, has, isUnlogged));
}

const UNPOPULATED = 'It was not refreshed by the restore, so it has no rows to count: see the check matviews.';

/** A materialised view that was never populated has no count at all, and none to show. */
function countOf(table: MeasuredTable | undefined): string {
  return table?.measures['rows'] ?? '0';
}

function shownCount(table: MeasuredTable | undefined): Json {
  const rows = table?.measures['rows'];
  if (rows === undefined || rows === null) return null;
  const number = Number(rows);
  return Number.isSafeInteger(number) ? number : rows;
}
