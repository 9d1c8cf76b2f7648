import type { WriteContext } from '@pgdrill/core';
import { breakTotal } from '../chain/observation.ts';
import type { ChainObservation, ChainsObservation } from '../chain/observation.ts';
import { headHash } from '../head-hash.ts';
import { verifyChain } from '../verify-chain.ts';
import { walkedCount } from '../walked-count.ts';

/** The hashes of a chain's heads, where its capture proved of every row that nothing follows them; else none. */
export function provenHeads({ observed }: Pick<WriteContext, 'observed'>, chain: string): ReadonlySet<string> {
  // Any of these checks will do, for they share what they see.
  const seen = [verifyChain, headHash, walkedCount].map(({ name }) => observed(name) as ChainsObservation | null);
  const found = seen.flatMap((observation) => observation?.chains ?? []).find(({ name }) => name === chain);
  return new Set(found !== undefined && isWhole(found) ? found.heads.map(({ hash }) => hash) : []);
}

/** By one verifier at least, all links of all rows are one line in each scope. */
function isWhole(chain: ChainObservation): boolean {
  const { verifiers, rows, counted, since } = chain;
  const walked = since === undefined && verifiers.independent?.rows === counted;
  return rows === counted && breakTotal(chain) === 0 && (verifiers.sql?.whole === true || walked);
}
