import type { Manifest } from '../manifest.ts';
import type { Report } from '../report.ts';
import type { TableSelection } from './table-selection.ts';

/** The part of a report that tells which tables were on trial: nothing when all were. */
export function reportSelection(
  asked: TableSelection | null,
  sides: readonly (Manifest | null | undefined)[],
): Pick<Report, 'selection'> {
  const recorded = sides.flatMap((manifest) => manifest?.selection ?? []);
  const selection = recorded[0] ?? asked;
  if (selection === null) return {};
  const { tables, excludeTables } = selection;
  const leftOut = [...new Set(recorded.flatMap((side) => side.leftOut))].toSorted();
  return { selection: { tables, excludeTables, leftOut: recorded.length === 0 ? null : leftOut } };
}
