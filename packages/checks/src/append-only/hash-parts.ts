import { createHash } from 'node:crypto';

/** SHA-256, in hex, of texts and NULLs in a row, so that no two lists share one. Taken here: a hash function of the database has no part in it. */
export function hashParts(parts: readonly (string | null | undefined)[]): string {
  return createHash('sha256')
    .update(JSON.stringify(parts.map((part) => part ?? null)))
    .digest('hex');
}
