import { acceptIn } from '../accept/mark-accepted.ts';
import { reportAcceptances } from '../accept/report-acceptances.ts';
import { describeConnection } from '../database/connection.ts';
import { unverified } from '../judge.ts';
import { messageOf } from '../message-of.ts';
import { outcomeOf } from '../outcome.ts';
import type { Report, ReportCheck, ReportSide } from '../report.ts';
import { reportSelection } from '../selection/report-selection.ts';
import { reportSince } from '../since.ts';
import { reportTier } from '../tier/report-tier.ts';
import { toolFacts } from '../tool-facts.ts';
import { backupCheck, restoreCheck } from './backup-checks.ts';
import { liveSide } from './report-side.ts';
import type { DrillState } from './state.ts';
import { tieCauses } from './tie-causes.ts';

/** Writes down what a drill did and found. */
export function drillReport(drill: DrillState): Report {
  const { plan, record, accepting, signal, failure, artefact } = drill;
  const interrupted = signal.aborted;
  const why =
    failure && (interrupted ? `The drill was interrupted: ${messageOf(signal.reason)}.` : messageOf(failure.error));
  const judged =
    drill.checks ??
    plan.checks.map((check) => unverified(check, `The drill ended in the phase ${failure?.phase}: ${why}`));
  const checks: readonly ReportCheck[] = [
    drill.archiveChecked === true ? acceptIn(backupCheck(drill, why), accepting) : backupCheck(drill, why),
    drill.restored ? acceptIn(restoreCheck(drill, why), accepting) : restoreCheck(drill, why),
    ...tieCauses(judged, record.events),
  ];
  return {
    kind: 'pgdrill-report',
    schemaVersion: 1,
    tool: toolFacts(),
    command: 'run',
    startedAt: record.startedAt,
    finishedAt: new Date().toISOString(),
    seconds: record.seconds(),
    ...outcomeOf(checks, failure && (interrupted ? 'interrupted' : 'error')),
    ...(failure && why !== undefined ? { error: { phase: failure.phase, message: why } } : {}),
    source: liveSide(describeConnection(plan.source), drill.before ?? drill.source),
    target: targetSide(drill),
    backup: artefact
      ? {
          method: artefact.method,
          format: artefact.format,
          bytes: artefact.bytes,
          sha256: artefact.sha256,
          versions: { ...artefact.versions, ...drill.restored?.versions },
          kept: drill.kept ?? null,
        }
      : null,
    ...reportTier(plan.tier, [drill.before, drill.after]),
    ...reportSince(checks),
    ...reportSelection(plan.selection ?? null, [drill.before, drill.after]),
    phases: record.phases,
    checks,
    ...reportAcceptances(checks, accepting),
    log: record.log,
    ...(record.events.length === 0 ? {} : { events: record.events }),
    notes: record.notes,
  };
}

function targetSide({ plan, target, targetServer, after }: DrillState): ReportSide {
  const side = liveSide(target?.description ?? plan.target.kind, after);
  return { ...side, server: side.server ?? targetServer ?? null };
}
