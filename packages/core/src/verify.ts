import { captureSide } from './drill/capture-after.ts';
import { liveSide, storedSide } from './drill/report-side.ts';
import { describeConnection } from './database/connection.ts';
import type { ConnectionSettings } from './database/connection.ts';
import type { DrillResult } from './drill.ts';
import { judge, unverified } from './judge.ts';
import type { Manifest } from './manifest.ts';
import { messageOf } from './message-of.ts';
import { outcomeOf } from './outcome.ts';
import type { CapturePlan } from './plan.ts';
import type { ProgressListener } from './progress.ts';
import { startRecord } from './record.ts';
import { toolFacts } from './tool-facts.ts';

/** What `verify` judges: a stored manifest against a restored database, or against a second manifest. */
export interface VerifyPlan extends CapturePlan {
  readonly before: Manifest;
  readonly after: ConnectionSettings | Manifest;
}

/**
 * Judges a database that someone else restored (or the manifest of one) against a stored manifest.
 *
 * What goes wrong on the way is in the report; nothing is thrown for it.
 */
export async function runVerify(
  plan: VerifyPlan,
  listener: ProgressListener,
  signal: AbortSignal,
): Promise<DrillResult> {
  const record = startRecord(listener);
  let after: Manifest | null = isManifest(plan.after) ? plan.after : null;
  let failure: { readonly error: unknown } | undefined;
  try {
    if (!isManifest(plan.after)) after = await captureSide(plan, record, 'after', plan.after, signal);
  } catch (error) {
    failure = { error };
  }
  const why =
    failure &&
    (signal.aborted ? `The verification was interrupted: ${messageOf(signal.reason)}.` : messageOf(failure.error));
  const checks = after
    ? await record.phase('judge', async () => judge(plan.before, after, plan.checks))
    : plan.checks.map((check) => unverified(check, `The target was not captured: ${why}`));
  return {
    before: plan.before,
    after,
    report: {
      kind: 'pgdrill-report',
      schemaVersion: 1,
      tool: toolFacts(),
      command: 'verify',
      startedAt: record.startedAt,
      finishedAt: new Date().toISOString(),
      seconds: record.seconds(),
      ...outcomeOf(checks, failure && (signal.aborted ? 'interrupted' : 'error')),
      ...(why === undefined ? {} : { error: { phase: 'capture-after', message: why } }),
      source: storedSide(plan.before),
      target: isManifest(plan.after)
        ? storedSide(plan.after)
        : liveSide(describeConnection(plan.after), after ?? undefined),
      backup: null,
      tier: 'full',
      phases: record.phases,
      checks,
      log: record.log,
      notes: record.notes,
    },
  };
}

/**
 * Captures one database into a manifest.
 *
 * @throws DatabaseError when the connection cannot be had or is lost
 */
export function runCapture(
  plan: CapturePlan,
  source: ConnectionSettings,
  listener: ProgressListener,
  signal: AbortSignal,
): Promise<Manifest> {
  return captureSide(plan, startRecord(listener), 'before', source, signal);
}

function isManifest(side: ConnectionSettings | Manifest): side is Manifest {
  return 'kind' in side;
}
