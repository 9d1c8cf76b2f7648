import { openSnapshot } from '../database/snapshot.ts';
import type { ServerFacts, SnapshotSession } from '../database/handle.ts';
import type { DrillPlan } from '../plan.ts';
import type { SelectedTables } from '../selection/select-tables.ts';
import type { OpenTarget, TargetContext } from '../target.ts';
import type { JudgedItem } from './item.ts';
import { preflight } from './preflight.ts';

/** What was seen before a drill begins. */
export interface Looked {
  readonly items: readonly JudgedItem[];
  /** Open, where opening it writes to no server but one of its own; null where it is still to be made. */
  readonly target: OpenTarget | null;
  /** Of the server that it is, or will be, on. */
  readonly server: ServerFacts;
}

/** What looking needs. */
export interface LookContext {
  readonly source: SnapshotSession;
  readonly selected: SelectedTables | null;
  readonly directory: string;
  readonly signal: AbortSignal;
  note(text: string): void;
}

/**
 * Looks at the target, opened where that writes nothing, and judges whether a drill can begin.
 *
 * @throws UsageError as the target and the method do; nothing is left open then
 */
export async function look(plan: DrillPlan, context: LookContext): Promise<Looked> {
  const { source, selected, directory, signal } = context;
  const server = plan.target.makesOn?.(plan.source);
  const target = server === undefined ? await plan.target.open(targetContext(plan, context)) : null;
  try {
    const connection = server ?? (target as OpenTarget).connection;
    const isSource = server === plan.source;
    const session = isSource ? source : await openSnapshot({ ...plan, connection, signal });
    try {
      const destructive = target?.beforeRestore !== undefined;
      const sides = { source, target: session, targetConnection: connection, destructive, selected, directory };
      return { items: await preflight(plan, sides), target, server: session.server };
    } finally {
      if (!isSource) await session.close();
    }
  } catch (error) {
    await target?.close();
    throw error;
  }
}

/** What a target is opened with. */
export function targetContext(
  plan: DrillPlan,
  { source, signal, note }: Pick<LookContext, 'source' | 'signal' | 'note'>,
): TargetContext {
  return {
    source: {
      connection: plan.source,
      identity: source.identity,
      encoding: source.server.encoding,
      collation: source.server.collation,
    },
    driver: plan.driver,
    keep: plan.keep,
    signal,
    note,
  };
}
