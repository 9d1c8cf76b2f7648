import type { ConnectionSettings, DriverName } from './database/connection.ts';
import type { DatabaseIdentity } from './database/handle.ts';

/** What a target may use when it is opened. */
export interface TargetContext {
  readonly source: {
    readonly connection: ConnectionSettings;
    readonly identity: DatabaseIdentity;
    readonly encoding: string;
    readonly collation: string;
  };
  readonly driver: DriverName;
  readonly keep: boolean;
  readonly signal: AbortSignal;
  note(text: string): void;
}

/** Where a backup is restored. Only what pgdrill made itself, and marked as its own, is ever dropped. */
export interface Target {
  readonly kind: 'scratch' | 'sandbox' | 'url' | 'in-place';
  /**
   * The connection to the server on which `open` makes something that a drill must not make in vain, so that it can be looked at before. Without it,
   * `open` writes to no server but one of its own.
   */
  makesOn?(source: ConnectionSettings): ConnectionSettings;
  /**
   * Makes or opens the database.
   *
   * @throws UsageError when it is refused (it is the source, or it is not empty), before anything is written
   */
  open(context: TargetContext): Promise<OpenTarget>;
}

/** An opened target. */
export interface OpenTarget {
  readonly connection: ConnectionSettings;
  /** For people: what it is and where, without secrets. */
  readonly description: string;
  /** Runs after the archive was checked and just before the restore: the in-place target drops its schemas here. */
  beforeRestore?(): Promise<void>;
  /** Keep the artefact if the drill does not pass from `beforeRestore` on: it may be the only copy. */
  readonly artefactIsPrecious?: boolean;
  /** Drops what pgdrill made, unless it is kept. Safe to call twice. */
  close(): Promise<void>;
}
