import { DrillFailure } from '../errors.ts';
import type { Finding } from '../finding.ts';
import type { Json } from '../json.ts';
import type { ReportCheck } from '../report.ts';
import type { DrillState } from './state.ts';

/** The report's line on the backup itself: taken, and its archive proven whole. */
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

/** The report's line on the restore itself: it ran to its end, and went on after no error. */
export function restoreCheck(drill: DrillState, why: string | undefined): ReportCheck {
  const { restored } = drill;
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
  const message = `The restore went on after ${restored.errors} ${restored.errors === 1 ? 'error' : 'errors'}: what they name is lost.`;
  const finding: Finding = {
    code: 'restore/errors-ignored',
    severity: 'error',
    subject: 'restore',
    expected: 0,
    actual: restored.errors,
    message,
  };
  return { ...check, verdict: 'failed', findings: [finding] };
}

function stepCheck(
  name: 'backup' | 'restore',
  summary: string,
  { failure }: DrillState,
  done: boolean,
  why: string | undefined,
  fact: Json,
): ReportCheck {
  const base = { name, summary, findings: [], notes: [] };
  if (done) return { ...base, verdict: 'passed', subjects: [{ name, before: null, after: fact }] };
  if (failure?.error instanceof DrillFailure && failure.error.code.startsWith(`${name}/`)) {
    const { code, message } = failure.error;
    const finding: Finding = { code, severity: 'error', subject: name, expected: null, actual: null, message };
    return { ...base, verdict: 'failed', subjects: [{ name, before: null, after: null }], findings: [finding] };
  }
  return {
    ...base,
    verdict: 'unverified',
    reason: `The drill ended in the phase ${failure?.phase}: ${why}`,
    subjects: [],
  };
}
