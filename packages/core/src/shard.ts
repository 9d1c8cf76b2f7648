import type { Measure } from './check.ts';
import type { Manifest } from './manifest.ts';

/** Which of several captures this is that read one database together, each a part of its rows. */
export interface ShardPlace {
  /** From 1. The first also runs what cannot be divided: each check's own queries. */
  readonly index: number;
  readonly of: number;
}

/** By check, table and measure: how the values of two shards become one. */
export type MergeRules = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, Measure['merge']>>>>>>;

/** What tells one snapshot from all others, also from a later one that happens to have the same id. */
export interface SnapshotFacts {
  /** When the server was started. */
  readonly serverStartedAt: string;
  /** As `txid_current_snapshot()` writes it. */
  readonly transactions: string;
}

/**
 * One part of a capture. It proves nothing by itself, so it is no manifest: `mergeShards` makes one of all parts together.
 *
 * Its JSON Schema is `schemas/shard.schema.json`.
 */
export interface Shard {
  readonly kind: 'pgdrill-shard';
  readonly schemaVersion: 1;
  /** SHA-256, in hex, of all the rest: by this a damaged or edited file is noticed. It is no signature. */
  readonly sha256: string;
  readonly shard: ShardPlace;
  readonly snapshot: SnapshotFacts;
  /** SHA-256 of what was asked for: checks, their SQL and options, chains, and what keys may be revealed. */
  readonly plan: string;
  readonly rules: MergeRules;
  /** The file that holds a table's rows, by table: a table that is rewritten (VACUUM FULL, TRUNCATE) gets another, in which rows lie elsewhere. */
  readonly files: Readonly<Record<string, string | null>>;
  /** A manifest whose measures are those of this part alone. */
  readonly part: Omit<Manifest, 'kind' | 'schemaVersion'>;
}
