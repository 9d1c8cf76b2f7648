import type { ChainPair, JudgedChain } from './judge-chains.ts';
import type { ChainObservation } from './observation.ts';

/** Judges a chain, and says of the sides that were to go on from an earlier capture how much of them was recomputed outside the database. */
export function tellingSince(judgeOne: (pair: ChainPair) => JudgedChain): (pair: ChainPair) => JudgedChain {
  return (pair) => ({ ...judgeOne(pair), notes: sinceNotes(pair), ...partOf(pair) });
}

/** Set when a side was recomputed in part: not when it was read whole all the same, or the part was all there is. */
function partOf({ before, after }: ChainPair): Pick<JudgedChain, 'part' | 'since'> {
  for (const side of [after, before]) {
    const { rows, since, verifiers } = side ?? {};
    if (rows === undefined || since === undefined || verifiers?.since === undefined) continue;
    if (verifiers.since.rows >= rows) continue;
    const { capturedAt, share, day } = since;
    return { part: `In part, since ${capturedAt}`, since: { capturedAt, share, day } };
  }
  return {};
}

/** One note where the same is to be said of both sides. */
function sinceNotes({ before, after }: ChainPair): readonly string[] {
  const both = sinceNote(after, 'before and after');
  if (before !== null && both !== null && sinceNote(before, 'before and after') === both) return [both];
  return [before && sinceNote(before, 'before'), sinceNote(after, 'after')].filter((note) => note !== null);
}

function sinceNote({ name, rows, since, verifiers }: ChainObservation, when: string): string | null {
  if (since === undefined) return null;
  const { capturedAt, day, part, share, recent, older, whole } = since;
  if (whole !== undefined)
    return `${name} was not verified since the manifest of ${capturedAt} alone, but whole (${when}): ${whole}.`;
  const turn = `${recent} rows since the manifest of ${capturedAt}, and ${older} of the older ones (part ${part} of ${share}, by the day ${day})`;
  const skipped = rows - recent - older;
  if (skipped === 0) return `${name} was recomputed outside the database whole (${when}): ${turn}.`;
  const rest = verifiers.sql ? 'those the server alone verified' : 'nobody verified those';
  return `${name} was recomputed outside the database in part (${when}): ${turn}. ${skipped} rows were not: ${rest}.`;
}

/** The rows that were recomputed outside, and which ones. */
export function sinceRows({ rows, since, verifiers }: ChainObservation): string | undefined {
  if (since === undefined || verifiers.since === undefined) return undefined;
  const { capturedAt, day, part, share, recent, older } = since;
  return `${recent + older} of ${rows}: ${recent} since ${capturedAt}, and part ${part} of ${share} of the older ones by ${day}`;
}
