import { isDeepStrictEqual } from 'node:util';
import { UsageError } from '../errors.ts';
import type { Manifest } from '../manifest.ts';
import { tierText } from './tier.ts';
import type { Tier } from './tier.ts';

/**
 * The tier of a judgement with stored manifests: theirs, with the very rows of a sample.
 *
 * @param asked what the user wants; undefined for what the manifests hold
 * @throws UsageError when the manifests are of different tiers or samples, or of another tier than is wanted
 */
export function verifyTier(asked: Tier | undefined, stored: readonly Manifest[]): Tier {
  const [first, ...others] = stored;
  if (first === undefined) return asked ?? { name: 'full' };
  for (const other of others) {
    const why = differentTier(first, other);
    if (why !== undefined) throw new UsageError(why);
  }
  const tier = recordedTier(first);
  if (asked === undefined || isWithin(asked, tier)) return tier;
  const wanted =
    asked.name === 'sample'
      ? `sample:${asked.percent}%${asked.seed === undefined ? '' : `, seed ${asked.seed}`}`
      : asked.name;
  throw new UsageError(
    `The manifest was captured in the tier ${tierText(first)}, and ${wanted} is asked for. Leave the tier and its seed out, in the config too, to compare what it holds; or capture it again.`,
  );
}

/** Why two manifests cannot be compared by their tiers; undefined when they can. */
export function differentTier(one: Manifest, other: Manifest): string | undefined {
  if (one.tier !== other.tier || tierText(one) !== tierText(other)) {
    return `The two sides were captured in different tiers (${tierText(one)}; ${tierText(other)}), so they cannot be compared: capture one of them again.`;
  }
  if (isDeepStrictEqual(one.sample?.tables, other.sample?.tables)) return undefined;
  return 'The two sides are samples of different rows, since each was chosen by itself: capture the target by pgdrill verify --target URL, which reads the rows of the manifest.';
}

function recordedTier({ tier, sample }: Manifest): Tier {
  if (tier !== 'sample' || sample === undefined) return { name: tier === 'counts' ? 'counts' : 'full' };
  return { name: 'sample', ...sample };
}

function isWithin(asked: Tier, tier: Tier): boolean {
  if (asked.name !== 'sample' || tier.name !== 'sample') return asked.name === tier.name;
  return asked.percent === tier.percent && (asked.seed === undefined || asked.seed === tier.seed);
}
