import { judge } from '../judge.ts';
import type { Manifest } from '../manifest.ts';
import type { DrillState } from './state.ts';

/** Judges what both captures saw. */
export function judgeSides(drill: DrillState): void {
  drill.checks = judge(drill.before as Manifest, drill.after as Manifest, drill.plan.checks);
}
