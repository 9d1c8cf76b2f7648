import { judge } from '../judge.ts';
import { canLocate, locate } from '../locate.ts';
import type { Manifest } from '../manifest.ts';
import type { DrillState } from './state.ts';

/** Judges what both captures saw; where something differs, asks both databases again for the rows. */
export async function judgeSides(drill: DrillState): Promise<void> {
  const { plan, record, accepting, signal } = drill;
  const [before, after] = [drill.before as Manifest, drill.after as Manifest];
  const checks = await record.phase('judge', async () => judge(before, after, plan.checks, accepting));
  drill.checks = checks;
  if (!canLocate(checks, plan.checks)) return;
  const sides = {
    before: { manifest: before, handle: drill.sourceReleased === true ? null : (drill.source?.leader ?? null) },
    after: { manifest: after, handle: drill.restoredSession?.leader ?? null },
  };
  drill.checks = await record.phase('locate', () => locate(checks, plan, sides, accepting, signal));
}
