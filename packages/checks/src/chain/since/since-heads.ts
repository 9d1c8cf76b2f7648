import type { Manifest, Since } from '@pgdrill/core';
import { descriptionDigest } from '../description-digest.ts';
import type { FoundChain } from '../find-chains.ts';
import { breakTotal } from '../observation.ts';
import type { ChainObservation } from '../observation.ts';

/** Where one scope's chain ended in the earlier capture, as a report may show it; the hash as hex. */
export type SinceHead = Pick<ChainObservation['heads'][number], 'scope' | 'hash' | 'key'>;

/** What a manifest holds of chains; empty when it holds nothing of any. */
export function chainsIn({ checks }: Manifest): readonly ChainObservation[] {
  // Each of them observes the same.
  for (const name of ['verify-chain', 'head-hash', 'walked-count']) {
    const { chains } = (checks[name]?.observation ?? {}) as { readonly chains?: unknown };
    if (Array.isArray(chains)) return chains.filter(isChain);
  }
  return [];
}

function isChain(chain: unknown): chain is ChainObservation {
  return typeof chain === 'object' && chain !== null && 'name' in chain;
}

/** The heads from which to go on, one of each scope; or, as text, why this chain cannot go on from that manifest. It is data from outside. */
export function sinceHeads({ manifest }: Since, { chain, name }: FoundChain): readonly SinceHead[] | string {
  const [earlier] = chainsIn(manifest).filter((each) => each.name === name);
  const why = earlier === undefined ? 'holds no chain of this name' : whyUnfit(earlier, descriptionDigest(chain));
  if (why !== null)
    return `the manifest of --since ${why}. Capture it again without --since, and give that manifest from then on.`;
  return (earlier?.heads ?? []).filter(isHead);
}

function whyUnfit(earlier: ChainObservation, description: string): string | null {
  if (earlier.missing) return 'does not have its table';
  if (earlier.unreadable !== undefined) return 'could not read it either';
  if (earlier.description !== description)
    return 'was captured with another description of this chain (hash, prev, scope or format)';
  if (breakTotal(earlier) > 0 || earlier.unformatted > 0)
    return 'found it broken, so that nothing is proven up to there';
  return (earlier.heads ?? []).every(isHead) ? null : 'is damaged or was edited: a head of it is none';
}

function isHead(head: unknown): head is SinceHead {
  const { scope, hash, key } = (head ?? {}) as Record<string, unknown>;
  return [scope, hash, key].every((value) => typeof value === 'string');
}
