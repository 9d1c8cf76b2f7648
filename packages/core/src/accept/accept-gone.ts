import { isFailing } from '../finding.ts';
import type { ReportFinding } from '../finding.ts';
import type { ReportCheck } from '../report.ts';
import { verdictOf } from '../verdict.ts';

/**
 * Checks in which the parts of a relation could not be judged because it is gone, which some check found and an acceptance allows: these parts are then
 * no more than noted, with the reason. A check that looked at nothing else is skipped.
 *
 * Where anything unaccepted says of the same relation that it is gone, its parts stay unverified.
 */
export function acceptGone(checks: readonly ReportCheck[]): readonly ReportCheck[] {
  const relations = new Set(checks.flatMap(({ subjects }) => subjects.flatMap(({ goneWith }) => goneWith ?? [])));
  if (relations.size === 0) return checks;
  const reasons = acceptedGone(checks, relations);
  return checks.map((check) => withReasons(check, reasons));
}

/** Why it is accepted that each of the relations is gone. A finding names one alone or after its kind, as in `table public.orders`. */
function acceptedGone(checks: readonly ReportCheck[], relations: ReadonlySet<string>): ReadonlyMap<string, string> {
  const byRelation = Map.groupBy(
    checks.flatMap(({ findings }) => findings.filter(saysGone)),
    ({ subject }) => (relations.has(subject) ? subject : withoutKind(subject, relations)),
  );
  return new Map(
    Array.from(byRelation).flatMap(([relation, findings]): readonly (readonly [string, string])[] => {
      const reason = findings.find(({ accepted }) => accepted !== undefined)?.accepted?.reason;
      return relation === undefined || reason === undefined || findings.some(isFailing) ? [] : [[relation, reason]];
    }),
  );
}

function saysGone({ severity, actual }: ReportFinding): boolean {
  return severity === 'error' && actual === null;
}

/** A kind may be of several words, and a name may have spaces in it. */
function withoutKind(subject: string, relations: ReadonlySet<string>): string | undefined {
  for (let at = subject.indexOf(' '); at >= 0; at = subject.indexOf(' ', at + 1)) {
    const name = subject.slice(at + 1);
    if (relations.has(name)) return name;
  }
  return undefined;
}

function withReasons(check: ReportCheck, reasons: ReadonlyMap<string, string>): ReportCheck {
  const isAccepted = ({ goneWith, unverified }: ReportCheck['subjects'][number]): boolean =>
    unverified !== undefined && goneWith !== undefined && reasons.has(goneWith);
  const accepted = check.subjects.filter(isAccepted);
  if (accepted.length === 0) return check;
  const { reason: _, ...rest } = check;
  const subjects = check.subjects.map((subject) => {
    if (!isAccepted(subject)) return subject;
    const { unverified: __, ...noted } = subject;
    return noted;
  });
  const [verdict, reason] =
    check.verdict !== 'unverified'
      ? [check.verdict, check.reason]
      : accepted.length === subjects.length
        ? (['skipped', 'All that it would look at is gone, and that is accepted.'] as const)
        : verdictOf({ subjects, findings: check.findings });
  const byReason = Map.groupBy(accepted, ({ goneWith = '' }) => reasons.get(goneWith));
  const notes = Array.from(byReason, ([why, of]) => {
    const names = [...new Set(of.map(({ name }) => name))].join(', ');
    return `Not compared, since it went with a relation that is gone, which is accepted (${why}): ${names}.`;
  });
  return {
    ...rest,
    verdict,
    ...(reason === undefined ? {} : { reason }),
    subjects,
    notes: [...check.notes, ...notes],
  };
}
