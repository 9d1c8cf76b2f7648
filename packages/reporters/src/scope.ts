import type { Report } from '@pgdrill/core';
import { tierText } from '@pgdrill/core';
import { singleLine } from './single-line.ts';
import { countText, timeText, wholeText } from './units.ts';

/** How much was read, in short: `tier full`, or `tier full, hash chains since 2026-11-23 07:00:03 UTC`. */
export function shortTier(report: Report): string {
  const { since } = report;
  return `tier ${tierText(report)}${since === undefined ? '' : `, hash chains since ${momentOf(since)}`}`;
}

/** How far hash chains were recomputed, as a clause; undefined when that was not in part. */
export function sinceText({ since }: Report): string | undefined {
  return since && `since ${momentOf(since)}, and of the older rows one in ${wholeText(since.share)}`;
}

function momentOf({ capturedAt }: NonNullable<Report['since']>): string {
  return timeText(capturedAt) ?? singleLine(capturedAt, 40);
}

/** How much was read, in a line. */
export function tierLine(report: Report): string {
  const meaning = {
    full: 'every row was read',
    sample: 'every row was counted, and some were read, the same on both sides',
    counts: 'rows were counted, and no value was read but those of hash chains',
  }[report.tier];
  const since = sinceText(report);
  const chains = since === undefined ? '' : `, but hash chains were recomputed outside the database only ${since}`;
  return `${tierText(report)}: ${meaning}${chains}`;
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
