import type { Finding } from '@pgdrill/core';
import type { ChainObservation } from '../chain/observation.ts';
import type { MakeFinding } from './disagreement.ts';
import { verifyChainFindings } from './findings.ts';

/** Heads of an earlier capture from which the restored chain cannot go on: a chain without its past would verify clean from anywhere. */
export function lostHeads(
  name: string,
  before: ChainObservation | null,
  { since }: ChainObservation,
  finding: MakeFinding,
): readonly Finding[] {
  if (since === undefined) return [];
  const of = (kind: 'missing' | 'differing'): readonly Finding[] => {
    const { total, first } = since[kind];
    if (total === 0) return [];
    const { code, message } = verifyChainFindings[kind === 'missing' ? 'sinceMissing' : 'sinceDiffers'];
    const asBefore = before?.since?.[kind].total === total ? ' It was so before the backup as well.' : '';
    return [finding(code, message(name, total, `the first: ${first}`, since.capturedAt) + asBefore)];
  };
  return [...of('missing'), ...of('differing')];
}
