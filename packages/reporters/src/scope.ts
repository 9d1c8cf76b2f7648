import type { Report } from '@pgdrill/core';
import { tierText } from '@pgdrill/core';
import { singleLine } from './single-line.ts';
import { countText, wholeText } from './units.ts';

/** How much was read, in short: `tier full`. */
export function shortTier(report: Report): string {
  return `tier ${tierText(report)}`;
}

/** How much was read, in a line. */
export function tierLine(report: Report): string {
  const meaning = {
    full: 'every row was read',
    sample: 'every row was counted, and some were read, the same on both sides',
    counts: 'rows were counted, and no value was read but those of hash chains',
  }[report.tier];
  return `${tierText(report)}: ${meaning}`;
}

/** Which tables were on trial, in a line; undefined when all were. */
export function tablesText({ selection }: Report): string | undefined {
  if (selection === undefined) return undefined;
  const list = (patterns: readonly string[]): string => patterns.map((pattern) => singleLine(pattern, 200)).join(', ');
  const { tables, excludeTables, leftOut } = selection;
  const parts = [
    tables.length === 0 ? 'all' : `those that match ${list(tables)}`,
    ...(excludeTables.length === 0 ? [] : [`without ${list(excludeTables)}`]),
    leftOut === null ? 'what that leaves out is not known' : leftOutCount(leftOut),
  ];
  return parts.join(' · ');
}

/** How many tables nothing was tested of. */
function leftOutCount(leftOut: readonly string[]): string {
  return leftOut.length === 0 ? 'none left out' : `${countText(leftOut.length, 'table')} left out`;
}

/** The names of the tables that nothing was tested of, at most `limit`; undefined when there are none. */
export function leftOutText({ selection }: Report, limit: number): string | undefined {
  const leftOut = selection?.leftOut ?? [];
  if (leftOut.length === 0) return undefined;
  const names = leftOut.slice(0, limit).map((name) => singleLine(name, 200));
  const more = leftOut.length > limit ? [`… and ${wholeText(leftOut.length - limit)} more`] : [];
  return [...names, ...more].join(', ');
}
