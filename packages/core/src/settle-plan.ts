import type { DatabaseHandle } from './database/handle.ts';
import { listTables } from './database/tables.ts';
import type { CapturePlan } from './plan.ts';
import { selectTables } from './selection/select-tables.ts';
import { plannedSample } from './tier/plan-sample.ts';

/**
 * Asks the source what the plan leaves open: which tables its patterns mean, and which rows a sample takes. What is settled stays as it is.
 *
 * @throws UsageError as `selectTables` does
 */
export async function settlePlan(plan: CapturePlan, source: DatabaseHandle): Promise<CapturePlan> {
  const { selection, tier } = plan;
  const isSampleOpen = tier?.name === 'sample' && tier.tables === undefined;
  if (selection?.searchPath !== null && !isSampleOpen) return plan;
  const selected = selection ? await selectTables(source, selection) : null;
  const tables = await listTables(source);
  const taken = tables.filter(({ name }) => selected?.has(name) ?? true);
  return {
    ...plan,
    selection: selected?.selection ?? null,
    ...(isSampleOpen ? { tier: { name: 'sample', ...(await plannedSample(source, taken, tier)) } } : {}),
  };
}
