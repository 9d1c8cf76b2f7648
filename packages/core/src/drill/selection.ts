import type { BackupSelection } from '../backup-method.ts';
import { UsageError } from '../errors.ts';
import type { CapturePlan, DrillPlan } from '../plan.ts';
import { selectionText } from '../selection/table-selection.ts';
import type { DrillState } from './state.ts';

/**
 * Refuses a drill of some of the tables where that cannot be.
 *
 * @throws UsageError
 */
export function refuseSelection({ selection, target, backup: { method } }: DrillPlan): void {
  if (!selection) return;
  const patterns = selectionText(selection);
  if (target.kind === 'in-place') {
    throw new UsageError(
      `An in-place drill destroys the whole database, but ${patterns} leaves out a part of the backup: leave that out, or restore elsewhere.`,
    );
  }
  if (method.selectsTables !== true) {
    throw new UsageError(
      `The backup method ${method.name} cannot back up some of the tables, as ${patterns} asks: leave that out, or use pg_dump.`,
    );
  }
}

/** The plan of either side's capture: the target is asked for the tables that the patterns mean in the source, and for the rows that were read there. */
export function planOfSides({ plan, selected, before }: DrillState): CapturePlan {
  const selection = selected?.selection ?? null;
  return before?.sample === undefined
    ? { ...plan, selection }
    : { ...plan, selection, tier: { name: 'sample', ...before.sample } };
}

/** What the backup is to hold. */
export function backupSelection({ selected }: DrillState): BackupSelection | null {
  if (selected === undefined) return null;
  const { tables, excludeTables } = selected.selection;
  return { tables, excludeTables, schemas: selected.schemas };
}
