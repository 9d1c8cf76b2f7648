import type { ChainConfig, ChainHmac } from '../chain.ts';
import { UsageError } from '../errors.ts';
import { expandEnvironment } from './expand-environment.ts';

/**
 * Puts the keys of HMACs in from the environment.
 *
 * @throws UsageError for a key that is written out, or a variable that is not set
 */
export function withChainKeys(
  chains: readonly ChainConfig[],
  environment: Readonly<Record<string, string | undefined>>,
): readonly ChainConfig[] {
  return chains.map((chain, index) => {
    const { hash } = chain;
    if (!hash?.hmac) return chain;
    return { ...chain, hash: { ...hash, hmac: withKeys(hash.hmac, `chains[${index}].hash.hmac`, environment) } };
  });
}

function withKeys(
  { key, keys, ...rest }: ChainHmac,
  where: string,
  environment: Readonly<Record<string, string | undefined>>,
): ChainHmac {
  const read = (text: string, place: string): string => {
    if (!/^\$([A-Za-z_]\w*|\{[A-Za-z_]\w*\})$/.test(text))
      throw new UsageError(
        `${place} is written out in the config. Put the key into an environment variable, and name that: "$AUDIT_KEY".`,
      );
    return expandEnvironment(text, place, environment);
  };
  const byVersion = Object.entries(keys ?? {}).map(([version, text]) => [
    version,
    read(text, `${where}.keys[${JSON.stringify(version)}]`),
  ]);
  return {
    ...rest,
    ...(key === undefined ? {} : { key: read(key, `${where}.key`) }),
    ...(keys === undefined ? {} : { keys: Object.fromEntries(byVersion) as Record<string, string> }),
  };
}
