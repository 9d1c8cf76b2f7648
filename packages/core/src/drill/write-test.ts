import { UsageError } from '../errors.ts';
import type { Manifest } from '../manifest.ts';
import type { DrillPlan } from '../plan.ts';
import type { OpenTarget } from '../target.ts';
import type { SnapshotSession } from '../database/handle.ts';
import { withoutWrites, writeTrials, writingChecks } from '../write-trials.ts';
import { planOfSides } from './selection.ts';
import { stopWith } from './state.ts';
import type { DrillState } from './state.ts';

/**
 * Refuses a write test where the restored database is the source itself.
 *
 * @throws UsageError
 */
export function refuseWriteTest({ writeTest, target }: DrillPlan): void {
  if (writeTest !== true || target.kind !== 'in-place') return;
  throw new UsageError(
    'An in-place drill restores into the source itself, to which pgdrill never writes as a test. Leave --write-test out, or restore elsewhere.',
  );
}

/** Lets checks write to the restored database, once it is captured and before anything is judged, where that is wanted. */
export async function writeTest(drill: DrillState): Promise<void> {
  const { plan, record } = drill;
  const checks = writingChecks(plan);
  if (checks.length === 0) return;
  const { connection } = drill.target as OpenTarget;
  const manifest = drill.after as Manifest;
  const reason = whyNot(plan, connection.singleSession === true);
  if (reason !== null) {
    drill.after = withoutWrites(manifest, checks, reason);
    return;
  }
  const stop = stopWith(drill.signal);
  const session = drill.restoredSession as SnapshotSession;
  const source = (drill.before as Manifest).database;
  await record.phase('write-test', async () => {
    drill.after = await writeTrials(planOfSides(drill), { connection, session, manifest, source }, stop.signal);
  });
}

/** Only what pgdrill made itself is written to without being asked for. */
function whyNot({ writeTest: wanted, target: { kind } }: DrillPlan, singleSession: boolean): string | null {
  if (kind === 'in-place')
    return 'The restored database is the source itself, to which pgdrill never writes as a test.';
  if (wanted === false) return 'It was not wanted: nothing was written to the restored database.';
  if (singleSession) return 'The target has one session only, which its capture holds.';
  if (wanted === undefined && kind === 'url') return NOT_ASKED;
  return null;
}

/** Why nothing is written to a database that somebody else made. */
export const NOT_ASKED =
  'Nothing is written to a database that pgdrill did not make, unless it is asked for: --write-test, or writeTest in the config.';
