import type { ChainObservation } from './observation.ts';

/**
 * The chain with the heads that it had before, of all the ends that a broken one has, in an order that is not that of its links.
 *
 * A walk takes for the head the end that lies last in order. In an order such as that of random uuids, that is the end of any fragment. The head from
 * before is there for certain when its row is, and nothing follows it; when it is not among the ends, the chain is left as it is.
 */
export function headsAsBefore(before: ChainObservation | null, after: ChainObservation): ChainObservation {
  if (before === null || !(before.outOfOrder > 0 || before.unordered === true)) return after;
  const had = new Map(before.heads.map(({ scope, hash, key }) => [scope, { hash, key }]));
  const heads = after.heads.map((head) => {
    const known = had.get(head.scope);
    return known !== undefined && head.ends?.includes(known.hash) === true ? { ...head, ...known } : head;
  });
  return { ...after, heads };
}
