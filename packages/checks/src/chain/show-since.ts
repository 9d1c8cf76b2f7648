import type { ChainPair, JudgedChain } from './judge-chains.ts';
import type { ChainObservation } from './observation.ts';

/** Judges a chain, and notes for each side that was to go on from an earlier capture how much of it was recomputed outside the database. */
export function tellingSince(judgeOne: (pair: ChainPair) => JudgedChain): (pair: ChainPair) => JudgedChain {
  return (pair) => {
    const { before, after } = pair;
    const notes = [...(before === null ? [] : sinceNote(before, 'before')), ...sinceNote(after, 'after')];
    const { since } = [after, before].find((side) => side?.verifiers.since !== undefined) ?? {};
    const part = since && `In part, since ${since.capturedAt}`;
    return { ...judgeOne(pair), notes, ...(part === undefined ? {} : { part }) };
  };
}

function sinceNote({ name, rows, since, verifiers }: ChainObservation, when: string): readonly string[] {
  if (since === undefined) return [];
  const { capturedAt, day, part, share, recent, older, whole } = since;
  if (whole !== undefined)
    return [`${name} was not verified since the manifest of ${capturedAt} alone, but whole (${when}): ${whole}.`];
  const skipped = rows - recent - older;
  const rest = verifiers.sql ? 'those the server alone verified' : 'nobody verified those';
  return [
    `${name} was recomputed outside the database in part (${when}): ${recent} rows since the manifest of ${capturedAt}, and ${older} of the older ones (part ${part} of ${share}, by the day ${day}). ${skipped} rows were not: ${rest}.`,
  ];
}

/** The rows that were recomputed outside, and which ones. */
export function sinceRows({ rows, since, verifiers }: ChainObservation): string | undefined {
  if (since === undefined || verifiers.since === undefined) return undefined;
  const { capturedAt, day, part, share, recent, older } = since;
  return `${recent + older} of ${rows}: ${recent} since ${capturedAt}, and part ${part} of ${share} of the older ones by ${day}`;
}
