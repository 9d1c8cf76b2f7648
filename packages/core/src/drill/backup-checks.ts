import { DrillFailure } from '../errors.ts';
import type { Finding } from '../finding.ts';
import type { Json } from '../json.ts';
import type { ReportCheck, ReportEvent } from '../report.ts';
import { eventFindings } from './event-findings.ts';
import type { DrillState } from './state.ts';

/** The report's line on the backup itself: taken, its archive proven whole, and none of the tool's messages means a loss. */
export function backupCheck(drill: DrillState, why: string | undefined): ReportCheck {
  const { artefact, archiveChecked } = drill;
  const fact = artefact ? { format: artefact.format, bytes: artefact.bytes, sha256: artefact.sha256 } : null;
  return stepCheck(
    'backup',
    'The backup was taken and its archive is whole',
    drill,
    archiveChecked === true,
    why,
    fact,
  );
}

/** The report's line on the restore itself: it ran to its end, and none of its messages means a loss. */
export function restoreCheck(drill: DrillState, why: string | undefined): ReportCheck {
  const { restored, record } = drill;
  const fact = restored ? { errors: restored.errors } : null;
  const check = stepCheck(
    'restore',
    'The backup was restored without an error',
    drill,
    restored !== undefined,
    why,
    fact,
  );
  if (restored === undefined || restored.errors === 0) return check;
  const ignored = errorsIgnored(restored.errors, record.events);
  const verdict = ignored.severity === 'error' ? 'failed' : check.verdict;
  return { ...check, verdict, findings: [...check.findings, ignored] };
}

/** An error that is a finding of its own needs no second one: then this is no more than the count. */
function errorsIgnored(errors: number, events: readonly ReportEvent[]): Finding {
  const told = events.filter(
    ({ phase, severity, class: of }) => phase === 'restore' && severity === 'error' && of !== 'lied',
  );
  const sum = (some: readonly ReportEvent[]): number => some.reduce((all, { times }) => all + times, 0);
  const harmless = sum(told.filter((event) => event.class === 'harmless'));
  const count = `${errors} ${errors === 1 ? 'error' : 'errors'}`;
  const [severity, meaning] =
    sum(told) < errors
      ? (['error', 'what they name is lost'] as const)
      : harmless === errors
        ? (['notice', 'nothing was lost by them'] as const)
        : (['warning', `${errors - harmless} lost something, ${harmless} lost nothing`] as const);
  return {
    code: 'restore/errors-ignored',
    severity,
    subject: 'restore',
    expected: 0,
    actual: errors,
    message: `The restore went on after ${count}: ${meaning}.`,
  };
}

function stepCheck(
  name: 'backup' | 'restore',
  summary: string,
  { failure, record }: DrillState,
  done: boolean,
  why: string | undefined,
  fact: Json,
): ReportCheck {
  const base = { name, summary, findings: [], notes: [] };
  const events = record.events.filter(({ phase }) => phase === name);
  if (done) {
    const findings = eventFindings(events);
    const verdict = findings.length === 0 ? 'passed' : 'failed';
    return { ...base, verdict, subjects: [{ name, before: null, after: fact }], findings };
  }
  if (failure?.error instanceof DrillFailure && failure.error.code.startsWith(`${name}/`)) {
    const { code, message } = failure.error;
    const failed: Finding = { code, severity: 'error', subject: name, expected: null, actual: null, message };
    // The error that ended it is what the failure is about already.
    const besides = events.filter(({ severity, class: of }) => severity === 'warning' || of === 'lied');
    const findings = [failed, ...eventFindings(besides)];
    return { ...base, verdict: 'failed', subjects: [{ name, before: null, after: null }], findings };
  }
  return {
    ...base,
    verdict: 'unverified',
    reason: `The drill ended in the phase ${failure?.phase}: ${why}`,
    subjects: [],
  };
}
