import type { Acceptance } from './accept/acceptance.ts';
import type { AnyBackupMethod } from './backup-method.ts';
import type { ChainConfig } from './chain.ts';
import type { AnyCheck, ObserveContext } from './check.ts';
import type { ConnectionSettings, DriverName } from './database/connection.ts';
import type { MaxLoad } from './max-load.ts';
import type { TableSelection } from './selection/table-selection.ts';
import type { Since } from './since.ts';
import type { Tier } from './tier/tier.ts';
import type { Target } from './target.ts';

/** A check with its validated options. */
export interface PlannedCheck {
  readonly check: AnyCheck;
  readonly options: unknown;
}

/** What every capture needs to know, on either side. */
export interface CapturePlan {
  readonly checks: readonly PlannedCheck[];
  readonly chains: readonly ChainConfig[];
  readonly reveal: ObserveContext['reveal'];
  /** Without it: all tables; in a judgement of a stored manifest, those of the manifest. */
  readonly selection?: TableSelection | null;
  /** How much is read. Without it: everything; in a judgement of a stored manifest, what the manifest holds. */
  readonly tier?: Tier | undefined;
  /** From where on hash chains are recomputed outside the database. Without it: from their beginning. */
  readonly since?: Since | undefined;
  readonly driver: DriverName;
  /** Connections that read tables at the same time, besides the leader. */
  readonly workers: number;
  /** Seconds that one round trip may take; 0 waits for ever. */
  readonly deadlineSeconds: number;
  /** Above this load of the server the scan pauses between chunks; never unless given. */
  readonly maxLoad?: MaxLoad | undefined;
}

/** A whole drill, ready to run: everything is loaded, validated and found. */
export interface DrillPlan extends CapturePlan {
  readonly source: ConnectionSettings;
  readonly target: Target;
  readonly backup: { readonly method: AnyBackupMethod; readonly options: unknown };
  /** Known differences that the user accepts, besides those that follow from the options of the backup. */
  readonly accept?: readonly Acceptance[] | undefined;
  /** Let go of the source's snapshot before the restore: VACUUM can go on there, but differing rows can no longer be looked up on it. */
  readonly releaseSource: boolean;
  /** Keep the artefact, and what the target made. */
  readonly keep: boolean;
  /** Ids of preflight items that end nothing; none unless given. */
  readonly ignoredPreflight?: readonly string[];
  /** May checks write to the restored database, in transactions that are rolled back? Unless given: where pgdrill made the database itself. */
  readonly writeTest?: boolean | undefined;
}
