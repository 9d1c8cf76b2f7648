import { createHash } from 'node:crypto';
import type { Shard } from '../shard.ts';

/** Adds the digest by which `isAsSealed` later finds out whether a shard is as it was written. */
export function sealShard(shard: Omit<Shard, 'sha256'>): Shard {
  const { kind, schemaVersion, ...rest } = shard;
  return { kind, schemaVersion, sha256: digestOf(shard), ...rest };
}

/** False when a shard was damaged or edited after it was sealed. */
export function isAsSealed({ sha256, ...rest }: Shard): boolean {
  return digestOf(rest) === sha256;
}

/** Of what was read, not of the file's text: spaces and line ends mean nothing. */
function digestOf(shard: Omit<Shard, 'sha256'>): string {
  return createHash('sha256').update(JSON.stringify(shard)).digest('hex');
}
