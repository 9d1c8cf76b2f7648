import { nearest } from '../config/nearest.ts';
import type { RestoreDemands } from '../backup-method.ts';
import type { ServerFacts, SnapshotSession } from '../database/handle.ts';
import type { ConnectionSettings } from '../database/connection.ts';
import { CannotVerifyError, DatabaseError, UsageError } from '../errors.ts';
import { messageOf } from '../message-of.ts';
import type { DrillPlan } from '../plan.ts';
import type { SelectedTables } from '../selection/select-tables.ts';
import { readAccess } from './access.ts';
import { readDiskFacts } from './disk-facts.ts';
import { unknown, type JudgedItem, type PreflightItem } from './item.ts';
import type { JudgeContext } from './judge-context.ts';
import { judges } from './judges.ts';
import { readSourceFacts } from './source-facts.ts';
import { readTargetFacts } from './target-facts.ts';

/** What preflight looks at. */
export interface PreflightSides {
  readonly source: SnapshotSession;
  /** The server of a scratch database, else the target itself; the source's own session where that is the same connection. */
  readonly target: SnapshotSession;
  readonly targetConnection: ConnectionSettings;
  /** As in `RestoreContext`. */
  readonly destructive: boolean;
  readonly selected: SelectedTables | null;
  /** Where the backup will be written. */
  readonly directory: string;
}

/**
 * Looks at everything that can be known to fail before anything is started. Reads only: two queries of the source, one of the target, and the versions
 * of the method's programs.
 *
 * @throws UsageError for options of the backup method that cannot work, and for an ignored id that there is not; DatabaseError when a connection is lost
 */
export async function preflight(plan: DrillPlan, sides: PreflightSides): Promise<readonly JudgedItem[]> {
  const [method, gathered] = await Promise.all([methodItems(plan, sides), gather(plan, sides)]);
  const { demands } = method;
  const items = [
    ...method.items,
    ...('why' in gathered
      ? Object.keys(judges).map((id) => unknown(id, `It could not be looked at: ${gathered.why}`))
      : Object.values(judges).flatMap((judge) => judge({ ...gathered, demands }))),
  ];
  const ignored = plan.ignoredPreflight ?? [];
  refuseUnknown(ignored, items);
  return items.map((item) => ({ ...item, ignored: ignored.includes(item.id) }));
}

/** What the backup method says; one of which `prepare` fails does so because of its programs. */
async function methodItems(
  { backup: { method, options } }: DrillPlan,
  { source, target, destructive }: PreflightSides,
): Promise<{ readonly demands: RestoreDemands | null; readonly items: readonly PreflightItem[] }> {
  const servers: { readonly source: ServerFacts; readonly target: ServerFacts } = {
    source: source.server,
    target: target.server,
  };
  const failures: PreflightItem[] = [];
  let versions: Readonly<Record<string, string>> | null = null;
  try {
    versions = await method.prepare(options, { ...servers, destructive });
  } catch (error) {
    if (!(error instanceof CannotVerifyError)) throw error;
    failures.push({ id: 'client-version', status: 'error', message: error.message, remedy: null });
  }
  const said = method.preflight?.(options, { ...servers, versions, today: new Date() });
  const silent = ['client-version', 'client-cves'].map((id) =>
    unknown(id, `The backup method ${method.name} does not tell of its programs.`),
  );
  return { demands: said?.demands ?? null, items: [...failures, ...(said?.items ?? silent)] };
}

type Gathered = Omit<JudgeContext, 'demands'> | { readonly why: string };

/** A server of a kind that answers these questions otherwise is no reason to do without the drill: then nothing of it is known. */
async function gather(plan: DrillPlan, sides: PreflightSides): Promise<Gathered> {
  const { source, target, targetConnection, selected, directory } = sides;
  try {
    const access = await readAccess(source.leader);
    const sourceFacts = await readSourceFacts(source.leader, source.server);
    const targetFacts = await readTargetFacts(target.leader, target.server, sourceFacts);
    return {
      source: { connection: plan.source, server: source.server, facts: sourceFacts, access },
      target: {
        kind: plan.target.kind,
        connection: targetConnection,
        server: target.server,
        facts: targetFacts,
      },
      method: plan.backup.method.name,
      isSelected: selected?.has ?? null,
      disk: await readDiskFacts(directory, targetConnection, targetFacts.dataDirectory),
    };
  } catch (error) {
    if (error instanceof DatabaseError && error.sqlstate !== null && !/^(?:08|57)/.test(error.sqlstate))
      return { why: messageOf(error) };
    throw error;
  }
}

function refuseUnknown(ignored: readonly string[], items: readonly PreflightItem[]): void {
  const ids = [...new Set(items.map(({ id }) => id))];
  const wrong = ignored.find((id) => !ids.includes(id));
  if (wrong === undefined) return;
  const guess = nearest(wrong, ids);
  const hint = guess === undefined ? `There are ${ids.join(', ')}.` : `Did you mean ${JSON.stringify(guess)}?`;
  throw new UsageError(
    `"preflight.ignore" in the config names ${JSON.stringify(wrong)}, which preflight does not look at. ${hint}`,
  );
}
