import type { Json } from './json.ts';
import type { MeasuredTable, Written } from './check.ts';
import type { RecordedSelection } from './selection/table-selection.ts';
import type { RecordedSince } from './since.ts';
import type { RecordedSample, Tier } from './tier/tier.ts';
import type { DatabaseIdentity, ServerFacts } from './database/handle.ts';

/** Who wrote a manifest or report. */
export interface ToolFacts {
  readonly name: 'pgdrill';
  readonly version: string;
  /** Such as `node 24.11.0` or `deno 2.9.6`. */
  readonly runtime: string;
}

/** What one check saw on one side, or why it saw nothing. */
export interface CheckObservation {
  readonly options: Json;
  /** Null for a check that only measures. */
  readonly observation: Json;
  readonly tables: Readonly<Record<string, MeasuredTable>>;
  /** Set when observing failed: the check is then `unverified`. */
  readonly error?: string;
  /** What a check that writes saw of the restored database; only there on the side "after". */
  readonly written?: Written | { readonly error: string };
}

/** All observations of one side. Its JSON Schema is `schemas/manifest.schema.json`. */
export interface Manifest {
  readonly kind: 'pgdrill-manifest';
  readonly schemaVersion: 1;
  readonly tool: ToolFacts;
  /** RFC 3339, UTC. */
  readonly capturedAt: string;
  readonly seconds: number;
  /** Where it was captured, without secrets. */
  readonly connection: string;
  readonly database: DatabaseIdentity;
  readonly server: ServerFacts;
  readonly snapshotId: string | null;
  readonly prelude: Readonly<Record<string, string>>;
  /** How much was read. */
  readonly tier: Tier['name'];
  /** Which rows; only there when the tier is `sample`. */
  readonly sample?: RecordedSample;
  /** Which of the tables were looked at; not there when all were. */
  readonly selection?: RecordedSelection;
  /** The earlier capture from which chains went on; not there when they were looked at from their beginning. */
  readonly since?: RecordedSince;
  readonly tables: readonly { readonly name: string; readonly kind: string; readonly bytes: number }[];
  readonly checks: Readonly<Record<string, CheckObservation>>;
}
