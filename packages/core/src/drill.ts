import { captureAfter } from './drill/capture-after.ts';
import { captureBackUpAndRestore } from './drill/capture-back-up-and-restore.ts';
import { close } from './drill/close.ts';
import { judgeSides } from './drill/judge-sides.ts';
import { open } from './drill/open.ts';
import { drillReport } from './drill/report.ts';
import { startDrill } from './drill/state.ts';
import { writeTest } from './drill/write-test.ts';
import { UsageError } from './errors.ts';
import type { Manifest } from './manifest.ts';
import type { DrillPlan } from './plan.ts';
import type { ProgressListener } from './progress.ts';
import type { Report } from './report.ts';

/** A drill's report, and the manifests it was judged from as far as they were captured. */
export interface DrillResult {
  readonly report: Report;
  readonly before: Manifest | null;
  readonly after: Manifest | null;
  /** What ended it early, as it was thrown; null when nothing did. The report has its message alone. */
  readonly thrown: unknown;
}

/**
 * One whole rehearsal: open, capture beside backup and restore, capture again, try to write, judge, close.
 *
 * What goes wrong on the way is in the report, with its phase and reason; what was opened or made is given back whatever happens.
 *
 * @param signal ends the drill early; the report then says so
 * @throws UsageError when the drill is refused, before anything was written
 */
export async function runDrill(plan: DrillPlan, listener: ProgressListener, signal: AbortSignal): Promise<DrillResult> {
  const drill = await startDrill(plan, listener, signal);
  try {
    await open(drill);
    await captureBackUpAndRestore(drill);
    await captureAfter(drill);
    await writeTest(drill);
    await judgeSides(drill);
  } catch (error) {
    drill.failure = { error, phase: drill.record.current };
  }
  await close(drill);
  if (drill.failure?.error instanceof UsageError) throw drill.failure.error;
  return {
    report: drillReport(drill),
    before: drill.before ?? null,
    after: drill.after ?? null,
    thrown: drill.failure?.error ?? null,
  };
}
