import { Buffer } from 'node:buffer';
import { createHmac, hash as digest } from 'node:crypto';
import type { ChainAlgorithm, ChainHmac } from '@pgdrill/core';

/** The key of an HMAC, as an environment variable holds it. */
export interface DetectKey {
  /** Its name, with which the description refers to it. */
  readonly name: string;
  readonly text: string;
}

/** A key by one of the ways in which its text may stand for bytes. */
export interface ReadKey extends DetectKey {
  readonly encoding: NonNullable<ChainHmac['encoding']>;
}

/** How text becomes a hash, besides the algorithm. */
export interface HashWay {
  readonly charset: 'utf8' | 'latin1';
  /** Of an HMAC; null for a plain hash. */
  readonly key: ReadKey | null;
}

/** The hash, as hex. */
export function hexOf({ charset, key }: HashWay, algorithm: ChainAlgorithm, hashed: string | Uint8Array): string {
  const data = typeof hashed === 'string' && charset === 'latin1' ? Buffer.from(hashed, 'latin1') : hashed;
  if (key === null) return digest(algorithm, data, 'hex');
  return createHmac(algorithm, Buffer.from(key.text, key.encoding)).update(data).digest('hex');
}

/** The ways in which a key may be meant: its text itself, or the bytes that it writes as hex or base64. */
export function readKeys({ name, text }: DetectKey): readonly ReadKey[] {
  const written = (['hex', 'base64'] as const).filter((encoding) => {
    const bytes = Buffer.from(text, encoding);
    return bytes.length > 0 && bytes.toString(encoding) === (encoding === 'hex' ? text.toLowerCase() : text);
  });
  return (['utf8', ...written] as const).map((encoding) => ({ name, text, encoding }));
}

/** How a config refers to a key. */
export function hmacOf({ name, encoding }: ReadKey): ChainHmac {
  return { key: `$${name}`, ...(encoding === 'utf8' ? {} : { encoding }) };
}
