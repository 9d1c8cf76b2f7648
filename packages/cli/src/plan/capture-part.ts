import { UsageError, type ShardPlace } from '@pgdrill/core';
import { notEmpty } from '../options.ts';

/** Options that say on which snapshot a capture stands, and which part of it is read. */
export interface PartOptions {
  readonly snapshot?: string;
  readonly shard?: ShardPlace;
}

/** The whole, on a snapshot of somebody else's or on a new one; or one shard, on one of somebody else's. */
export type CapturePart =
  | { readonly shard?: undefined; readonly snapshotId: string | undefined }
  | { readonly shard: ShardPlace; readonly snapshotId: string };

/**
 * What of the database is captured.
 *
 * @throws UsageError for a shard without a snapshot: shards that see the database at different times do not add up
 */
export function capturePart({ snapshot, shard }: PartOptions): CapturePart {
  const snapshotId = notEmpty('--snapshot', snapshot);
  if (shard === undefined) return { snapshotId };
  if (snapshotId !== undefined) return { shard, snapshotId };
  throw new UsageError(
    '--shard needs --snapshot ID, so that all shards see the same rows. Export one with pg_export_snapshot() in a session that stays open ' +
      '(docs/cli.md shows how), and give its id to every shard.',
  );
}
