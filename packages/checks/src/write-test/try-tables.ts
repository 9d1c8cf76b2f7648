import type { TrialDatabase, WriteContext } from '@pgdrill/core';
import type { NextValue, TableTrial, WriteTestSeen } from './observation.ts';
import { tryTable } from './try-table.ts';
import { listCandidates, readTables } from './writable-table.ts';
import type { Candidate } from './writable-table.ts';

/** After so long no further table is begun with. */
const LONGEST_MS = 30_000;

/**
 * Tries a bounded number of tables that have rows: those with triggers first, then the largest.
 *
 * @throws DatabaseError when the connection is lost
 */
export async function tryTables(
  db: TrialDatabase,
  nextValues: readonly NextValue[],
  most: number,
  context: WriteContext,
): Promise<Pick<WriteTestSeen, 'tables' | 'empty' | 'left'>> {
  const candidates = most === 0 ? [] : inOrder(await listCandidates(context.reader), context);
  const byTable = new Map(nextValues.map((value) => [value.table, value]));
  const schemas = [...new Set(context.tables.map(({ schema }) => schema))];
  const until = performance.now() + LONGEST_MS;
  const tables: TableTrial[] = [];
  const empty: string[] = [];
  let looked = 0;
  const isOver = (): boolean => tables.length === most || looked === candidates.length || performance.now() > until;
  while (!isOver()) {
    for (const table of await readTables(context.reader, candidates.slice(looked, looked + most))) {
      if (isOver()) break;
      context.signal.throwIfAborted();
      looked += 1;
      const trial = await tryTable(db, table, byTable.get(table.name), schemas);
      if (trial === null) empty.push(table.name);
      else tables.push(trial);
    }
  }
  return { tables, empty, left: candidates.length - looked };
}

function inOrder(candidates: readonly Candidate[], { tables, isLeftOut }: WriteContext): readonly Candidate[] {
  const bytes = new Map(tables.map((table) => [table.name, table.bytes]));
  const sizeOf = ({ name, partitioned }: Candidate): number =>
    partitioned ? Number.POSITIVE_INFINITY : (bytes.get(name) ?? 0);
  const name = (candidate: Candidate): string => candidate.name;
  return candidates
    .filter((candidate) => !isLeftOut(candidate.name))
    .toSorted(
      (a, b) =>
        Number(b.triggered) - Number(a.triggered) ||
        (sizeOf(a) === sizeOf(b) ? (name(a) < name(b) ? -1 : 1) : sizeOf(b) > sizeOf(a) ? 1 : -1),
    );
}
