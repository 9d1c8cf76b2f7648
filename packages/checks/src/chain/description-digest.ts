import { createHash } from 'node:crypto';
import { parseWritten, writeJson } from './format/json-text.ts';
import type { WholeChain } from './whole-chain.ts';

/** SHA-256, in hex, of how a chain's hashes are made, as the config says it; without the keys of an HMAC. Two sides with another one were not read alike. */
export function descriptionDigest({ hash, prev, scope, formats }: WholeChain): string {
  const { hmac, ...plain } = hash;
  const { key: _, keys, ...named } = hmac ?? {};
  const versions = keys === undefined ? undefined : Object.keys(keys).toSorted();
  const made = { hash: { ...plain, ...(hmac && { hmac: { ...named, versions } }) }, prev, scope, formats };
  const text = writeJson(parseWritten(JSON.stringify(made)), { sorted: true });
  return createHash('sha256').update(text).digest('hex');
}
