import type { RestoreDemands } from '../backup-method.ts';
import type { ConnectionSettings } from '../database/connection.ts';
import type { ServerFacts } from '../database/handle.ts';
import type { Target } from '../target.ts';
import type { Access } from './access.ts';
import type { DiskFacts } from './disk-facts.ts';
import type { PreflightItem, PreflightStatus } from './item.ts';
import type { SourceFacts } from './source-facts.ts';
import type { TargetFacts } from './target-facts.ts';

/** Everything that was gathered. What judges it asks nothing more. */
export interface JudgeContext {
  readonly source: {
    readonly connection: ConnectionSettings;
    readonly server: ServerFacts;
    readonly facts: SourceFacts;
    readonly access: Access;
  };
  readonly target: {
    readonly kind: Target['kind'];
    /** Of the server on which a scratch database will be made; else of the database itself. */
    readonly connection: ConnectionSettings;
    readonly server: ServerFacts;
    readonly facts: TargetFacts;
  };
  readonly method: string;
  /** Null where the backup method does not say. */
  readonly demands: RestoreDemands | null;
  /** Null where all tables are on trial. */
  readonly isSelected: ((table: string) => boolean) | null;
  readonly disk: DiskFacts;
}

/** Judges one subject; it always says something, so that nothing is passed over. */
export type Judge = (context: JudgeContext) => readonly PreflightItem[];

/** Of what the restore would stumble over: it fails, unless it goes on after errors, or the trouble may be in a part that is not restored. */
export function stumbling({ demands, isSelected }: JudgeContext): PreflightStatus {
  return demands?.stopsOnError === true && !demands.isPartial && isSelected === null ? 'error' : 'warning';
}
