import type { Manifest } from '../manifest.ts';
import type { Report } from '../report.ts';
import type { Tier } from './tier.ts';

/** The part of a report that tells how much was read: from what was captured, else from what was planned. */
export function reportTier(
  asked: Tier | undefined,
  sides: readonly (Manifest | null | undefined)[],
): Pick<Report, 'tier' | 'sample'> {
  const captured = sides.find((manifest) => manifest !== null && manifest !== undefined);
  const tier = captured?.tier ?? asked?.name ?? 'full';
  const sample = captured?.sample;
  return sample === undefined ? { tier } : { tier, sample: { percent: sample.percent, seed: sample.seed } };
}
