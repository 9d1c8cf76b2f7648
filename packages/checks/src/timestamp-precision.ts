import { defineCheck, displayName, measuredAs } from '@pgdrill/core';
import type { Check, Json, Judgement, Table } from '@pgdrill/core';
import { judgeColumn } from './timestamp-precision/judge-column.ts';
import { timeColumns, timeDerived, timeMeasures } from './timestamp-precision/measures.ts';

/** Every column with a time in it, by subject name: where it is, and how it is declared. */
export interface TimestampObservation {
  readonly [subject: string]: { readonly table: string; readonly column: string; readonly type: string };
}

/** Proves that no fraction of a second was lost, in any column with a time in it. */
export const timestampPrecision: Check<TimestampObservation> = defineCheck<
  TimestampObservation & { readonly [key: string]: Json }
>({
  name: 'timestamp-precision',
  summary: 'No timestamp, time or interval lost a fraction of a second',
  cost: 'Rides on the scan that all table checks share: about 0.15 µs for each value of such a column.',
  measure: timeMeasures,
  derive: timeDerived,
  observe: async (_db, _options, { tables }) => Object.fromEntries(tables.flatMap(columnsOf)),
  judge({ before, after }): Judgement {
    const results = Object.entries(before.observation).map(([subject, { table, column, type }]) => {
      const measured = after.tables[table];
      return judgeColumn({
        subject,
        table,
        column,
        before: { type, measured: before.tables[table] ?? { measures: {} } },
        after: measured === undefined ? null : { type: after.observation[subject]?.type ?? null, measured },
      });
    });
    return {
      subjects: results.map(({ subject }) => subject),
      findings: results.flatMap(({ findings }) => findings),
      ...(results.length === 0 ? { skipped: 'No column has a timestamp, a time or an interval in it.' } : {}),
    };
  },
});

function columnsOf(table: Table): readonly [string, TimestampObservation[string]][] {
  const { schema, relation, name: measured } = measuredAs(table);
  return timeColumns(table).map(({ name, type }) => [
    displayName(schema, relation, name),
    { table: measured, column: name, type },
  ]);
}
