import { displayName, messageOf, quoteIdentifier, quoteQualified } from '@pgdrill/core';
import type { DatabaseHandle, Measure, ObserveContext, Table } from '@pgdrill/core';
import { fedColumns } from './fed-columns.ts';
import type { FedColumn } from './fed-columns.ts';

/** How far a column is: its greatest value; its least where the sequence goes down. */
export interface Greatest {
  readonly column: string;
  /** Null where the table is empty. */
  readonly value: string | null;
  readonly error?: string;
}

type Asked = readonly [column: FedColumn, answer: Promise<Greatest>];

/**
 * Asks for the greatest value of every column that a sequence feeds: the scan that runs anyway where no index has it, else the index.
 *
 * Called while checks prepare; what it returns resolves once the tables were read.
 */
export async function askGreatest(
  db: DatabaseHandle,
  context: ObserveContext,
): Promise<() => Promise<ReadonlyMap<string, readonly Greatest[]>>> {
  const tables = new Map(context.tables.map((table) => [table.name, table]));
  const columns = (await fedColumns(db)).filter(
    ({ table, hasChildren }) => !context.isLeftOut(table) && (hasChildren || tables.get(table)?.bytes !== 0),
  );
  const scanned = columns.filter(({ isIndexed, table }) => !isIndexed && tables.has(table));
  const asked = context.measure === null ? [] : [...askScan(context, tables, scanned)];
  const isAsked = new Set(asked.map(([column]) => column));
  const direct = columns.filter((column) => !isAsked.has(column));
  return async () => {
    const found: (readonly [string, Greatest])[] = [];
    for (let from = 0; from < direct.length; from += BATCH)
      found.push(...(await readBatch(db, direct.slice(from, from + BATCH), context)));
    for (const [{ sequence }, answer] of asked) found.push([sequence, await answer]);
    const bySequence = Map.groupBy(found, ([sequence]) => sequence);
    return new Map([...bySequence].map(([sequence, of]) => [sequence, of.map(([, greatest]) => greatest)]));
  };
}

function* askScan(
  context: ObserveContext,
  tables: ReadonlyMap<string, Table>,
  columns: readonly FedColumn[],
): Generator<Asked> {
  for (const [name, ofTable] of Map.groupBy(columns, ({ table }) => table)) {
    const table = tables.get(name);
    if (table === undefined || context.measure === null) continue;
    const measures = Object.fromEntries(
      ofTable.map((column, index): [string, Measure] => [`end_${index}`, endOf(column)]),
    );
    const answer = context.measure('sequences', table, { derive: {}, measures });
    for (const [index, column] of ofTable.entries()) {
      const greatest = answer.then(({ measures: measured, error }): Greatest => ({
        column: nameOf(column),
        value: measured[`end_${index}`] ?? null,
        ...(error === undefined ? {} : { error }),
      }));
      // Whoever asked may have given up meanwhile.
      greatest.catch(() => undefined);
      yield [column, greatest];
    }
  }
}

function endOf({ column, descends }: FedColumn): Measure {
  const merge = descends ? 'min' : 'max';
  return { sql: `${merge}(t.${quoteIdentifier(column)})`, merge };
}

/** Columns per query: a round trip for each of thousands would take seconds. */
const BATCH = 250;

async function readBatch(
  db: DatabaseHandle,
  batch: readonly FedColumn[],
  context: ObserveContext,
): Promise<readonly (readonly [string, Greatest])[]> {
  const selects = batch.map(
    (fed, index) =>
      `SELECT '${index}' AS position, (SELECT ${endOf(fed).sql} FROM ${quoteQualified(fed.schema, fed.relation)} t)::text AS value`,
  );
  try {
    const rows = await db.query(selects.join('\nUNION ALL\n'));
    const values = new Map(rows.map(({ position, value }) => [Number(position), value ?? null]));
    return batch.map((fed, index) => [fed.sequence, { column: nameOf(fed), value: values.get(index) ?? null }]);
  } catch (error) {
    context.signal.throwIfAborted();
    const [one] = batch;
    if (batch.length === 1 && one !== undefined)
      return [[one.sequence, { column: nameOf(one), value: null, error: messageOf(error) }]];
    // One that may not be read must not hide the others.
    const found = [];
    for (const each of batch) found.push(...(await readBatch(db, [each], context)));
    return found;
  }
}

function nameOf({ schema, relation, column }: FedColumn): string {
  return displayName(schema, relation, column);
}
