import { breakTotal, firstBreak } from './observation.ts';
import type { ChainObservation } from './observation.ts';

/** The breaks of a chain in a few words: how many, and where the first one is. */
export function showBreaks(chain: ChainObservation): string {
  const first = firstBreak(chain);
  if (first === null) return 'no break';
  const total = breakTotal(chain);
  return `${total} ${total === 1 ? 'break' : 'breaks'}, first at row ${first.position} (${first.key})`;
}
