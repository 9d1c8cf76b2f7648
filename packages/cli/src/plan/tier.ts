import { parseTier, UsageError, type Tier } from '@pgdrill/core';
import type { CaptureOptions } from '../options.ts';
import type { Settings } from './settings.ts';

/**
 * How much is read, by the options, else by the config; undefined when neither says.
 *
 * @throws UsageError for a tier that there is not, and for a seed without a sample
 */
export function plannedTier(options: CaptureOptions, { config }: Settings): Tier | undefined {
  const text = options.tier ?? config.tier;
  const seed = options.seed ?? config.seed;
  const tier = text === undefined ? undefined : parseTier(text);
  if (tier?.name === 'sample') return seed === undefined ? tier : { ...tier, seed };
  if (options.seed === undefined) return tier;
  throw new UsageError(
    `--seed chooses the rows of a sample, but the tier is ${text ?? 'full'}. Leave it out, or add --tier sample:N%.`,
  );
}
