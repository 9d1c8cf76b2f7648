import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Accepting } from '../accept/acceptance.ts';
import { acceptingOf } from '../accept/accepting-of.ts';
import type { Artefact, RestoreLog } from '../backup-method.ts';
import type { ServerFacts, SnapshotSession } from '../database/handle.ts';
import type { Manifest } from '../manifest.ts';
import type { DrillPlan } from '../plan.ts';
import type { PhaseName, ProgressListener } from '../progress.ts';
import { startRecord } from '../record.ts';
import type { DrillRecord } from '../record.ts';
import type { ReportCheck } from '../report.ts';
import type { SelectedTables } from '../selection/select-tables.ts';
import type { OpenTarget } from '../target.ts';

/** What a drill has so far. Each step adds its part; closing gives back what is held, and the report tells the rest. */
export interface DrillState {
  readonly plan: DrillPlan;
  readonly record: DrillRecord;
  /** Known differences, which fail nothing. */
  readonly accepting: Accepting;
  readonly signal: AbortSignal;
  /** A private directory for the artefact, removed at the end unless the artefact is kept. */
  readonly directory: string;
  source?: SnapshotSession;
  /** What the plan's patterns mean in the source; not there when it has none. */
  selected?: SelectedTables;
  target?: OpenTarget;
  targetServer?: ServerFacts;
  /** The source's snapshot was let go of, so that nothing more can be asked of it. */
  sourceReleased?: boolean;
  /** The restored database, open from its capture on. */
  restoredSession?: SnapshotSession;
  before?: Manifest;
  after?: Manifest;
  artefact?: Artefact;
  archiveChecked?: boolean;
  /** From here on, what an in-place target held may be gone. */
  restoreBegun?: boolean;
  restored?: RestoreLog;
  checks?: readonly ReportCheck[];
  failure?: { readonly error: unknown; readonly phase: PhaseName };
  /** Set when the artefact outlives the drill. */
  kept?: string;
}

/** Starts the clock and makes the drill's directory. Throws as `acceptingOf` does. */
export async function startDrill(
  plan: DrillPlan,
  listener: ProgressListener,
  signal: AbortSignal,
): Promise<DrillState> {
  const record = startRecord(listener);
  const accepting = acceptingOf(plan, record.startedAt);
  return { plan, record, accepting, signal, directory: await mkdtemp(join(tmpdir(), 'pgdrill-')) };
}

/** A controller that is aborted with the drill, or alone when a part of one step fails. */
export function stopWith(signal: AbortSignal): AbortController {
  const stop = new AbortController();
  if (signal.aborted) stop.abort(signal.reason);
  else signal.addEventListener('abort', () => stop.abort(signal.reason), { once: true, signal: stop.signal });
  return stop;
}
