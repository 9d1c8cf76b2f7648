import type { Accepting } from './accept/acceptance.ts';
import { reportAcceptances } from './accept/report-acceptances.ts';
import { describeConnection } from './database/connection.ts';
import { liveSide, storedSide } from './drill/report-side.ts';
import type { SnapshotSession } from './database/handle.ts';
import { unverified } from './judge.ts';
import type { Manifest } from './manifest.ts';
import { messageOf } from './message-of.ts';
import { outcomeOf } from './outcome.ts';
import type { DrillRecord } from './record.ts';
import type { Report, ReportCheck, ReportSide } from './report.ts';
import { reportSelection } from './selection/report-selection.ts';
import { reportSince } from './since.ts';
import { reportTier } from './tier/report-tier.ts';
import { toolFacts } from './tool-facts.ts';
import type { SidePlan, VerifyPlan } from './verify.ts';

/** One side at work. */
export interface Side {
  readonly name: 'before' | 'after';
  readonly plan: SidePlan;
  manifest: Manifest | null;
  session?: SnapshotSession;
}

/** The report of what was judged, or of how it ended before. */
export function verifyReport(
  plan: VerifyPlan,
  { before, after }: { readonly before: Side; readonly after: Side },
  judged: readonly ReportCheck[] | undefined,
  accepting: Accepting,
  failure: { readonly error: unknown } | undefined,
  record: DrillRecord,
  signal: AbortSignal,
): Report {
  const { aborted } = signal;
  const why = failure && (aborted ? `It was interrupted: ${messageOf(signal.reason)}.` : messageOf(failure.error));
  const checks =
    judged ?? plan.checks.map((check) => unverified(check, `It ended in the phase ${record.current}: ${why}`));
  return {
    kind: 'pgdrill-report',
    schemaVersion: 1,
    tool: toolFacts(),
    command: plan.command,
    startedAt: record.startedAt,
    finishedAt: new Date().toISOString(),
    seconds: record.seconds(),
    ...outcomeOf(checks, failure && (aborted ? 'interrupted' : 'error')),
    ...(why === undefined ? {} : { error: { phase: record.current, message: why } }),
    source: reportSide(before),
    target: reportSide(after),
    backup: null,
    ...reportTier(plan.tier, [before.manifest, after.manifest]),
    ...reportSince(checks),
    ...reportSelection(plan.selection ?? null, [before.manifest, after.manifest]),
    phases: record.phases,
    checks,
    ...reportAcceptances(checks, accepting),
    log: record.log,
    notes: record.notes,
  };
}

function reportSide({ plan, manifest }: Side): ReportSide {
  if (plan.manifest) return storedSide(plan.manifest);
  return liveSide(plan.connection === null ? '' : describeConnection(plan.connection), manifest ?? undefined);
}
