import type { CaptureContext } from './capture.ts';
import type { ObserveContext } from './check.ts';
import type { Json } from './json.ts';
import { messageOf } from './message-of.ts';
import type { CapturePlan } from './plan.ts';
import type { MeasureRequests } from './scan/measure-requests.ts';
import type { SelectedTables } from './selection/select-tables.ts';
import type { Table } from './table.ts';
import { snapshotThreads } from './threads/run-in-threads.ts';
import type { Threads } from './threads/threads.ts';

/** What each check saw by its own queries, or why it could not. */
export type Observations = ReadonlyMap<string, { readonly observation: Json } | { readonly error: string }>;

/** What the checks of one side may use. */
export function observeContext(
  plan: CapturePlan,
  tables: readonly Table[],
  selected: SelectedTables | null,
  context: CaptureContext,
  requests: MeasureRequests,
): ObserveContext {
  const shared = new Map<string, Promise<unknown>>();
  return {
    side: context.side,
    tables,
    isLeftOut: (name) => selected !== null && !selected.has(name),
    onlyTables: (selected?.selection.tables.length ?? 0) > 0,
    chains: plan.chains,
    since: plan.since ?? null,
    reveal: plan.reveal,
    signal: context.stop.signal,
    openWorker: () => context.session.openWorker(),
    threads: threadsOf(plan, context),
    measure: requests.ask,
    once<T>(key: string, work: () => Promise<T>): Promise<T> {
      const result = shared.get(key) ?? work();
      shared.set(key, result);
      return result as Promise<T>;
    },
    progress: (label, rows) => context.progress(label, rows, undefined, 'rows'),
  };
}

function threadsOf(
  { driver, deadlineSeconds, workers }: CapturePlan,
  { session, connection, stop }: CaptureContext,
): Threads | null {
  if (session.joinId === null || workers < 2) return null;
  return snapshotThreads({ connection, driver, deadlineSeconds, snapshotId: session.joinId }, workers, stop.signal);
}

/** Lets the checks prepare; returns the error of each that could not, which then observes nothing. */
export async function prepare(
  checks: CapturePlan['checks'],
  context: CaptureContext,
  checkContext: ObserveContext,
): Promise<ReadonlyMap<string, string>> {
  const errors = new Map<string, string>();
  for (const { check, options } of checks) {
    try {
      await check.prepare?.(context.session.leader, options, checkContext);
    } catch (error) {
      context.stop.signal.throwIfAborted();
      errors.set(check.name, messageOf(error));
    }
  }
  return errors;
}

/** Lets the checks observe, one after another. */
export async function observe(
  checks: CapturePlan['checks'],
  unprepared: ReadonlyMap<string, string>,
  context: CaptureContext,
  checkContext: ObserveContext,
): Promise<Observations> {
  const observations = new Map<string, { readonly observation: Json } | { readonly error: string }>();
  for (const { check, options } of checks) {
    const unpreparedBy = unprepared.get(check.name);
    if (unpreparedBy !== undefined) observations.set(check.name, { error: unpreparedBy });
    if (!check.observe || unpreparedBy !== undefined) continue;
    try {
      observations.set(check.name, {
        observation: (await check.observe(context.session.leader, options, checkContext)) as Json,
      });
    } catch (error) {
      context.stop.signal.throwIfAborted();
      observations.set(check.name, { error: messageOf(error) });
    }
  }
  return observations;
}
