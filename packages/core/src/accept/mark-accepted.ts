import type { Finding, ReportFinding } from '../finding.ts';
import type { ReportCheck } from '../report.ts';
import { verdictOf } from '../verdict.ts';
import type { Acceptance, Accepting } from './acceptance.ts';
import { matchesPattern } from './matches-pattern.ts';

/** A check's findings, each with what accepts it; or else with what did, until it lapsed. None is left out. */
export function markAccepted(
  check: string,
  findings: readonly Finding[],
  { acceptances, today }: Accepting,
): readonly ReportFinding[] {
  if (acceptances.length === 0) return findings;
  return findings.map((finding) => {
    const fitting = acceptances.filter((acceptance) => fits(acceptance, check, finding));
    const holding = fitting.find((acceptance) => !hasLapsed(acceptance, today));
    if (holding) {
      const { reason, until, from } = holding;
      return { ...finding, accepted: { reason, ...(until === undefined ? {} : { until }), from } };
    }
    const [{ reason, until } = {}] = fitting;
    return reason === undefined || until === undefined ? finding : { ...finding, lapsed: { reason, until } };
  });
}

/** A check that was judged without acceptances, with them: it fails by what is not accepted alone. */
export function acceptIn(check: ReportCheck, accepting: Accepting): ReportCheck {
  if (check.verdict !== 'failed') return check;
  const findings = markAccepted(check.name, check.findings, accepting);
  const [verdict, reason] = verdictOf({ ...check, findings });
  return { ...check, verdict, ...(reason === undefined ? {} : { reason }), findings };
}

/** Is this the finding that the acceptance speaks of? Whether it has lapsed is another question. */
export function fits({ check = '*', code = '*', subject = '*' }: Acceptance, name: string, finding: Finding): boolean {
  return matchesPattern(name, check) && matchesPattern(finding.code, code) && matchesPattern(finding.subject, subject);
}

/** Is its last day over? Days of this form are in the order of their texts. */
export function hasLapsed({ until }: Acceptance, today: string): boolean {
  return until !== undefined && until < today;
}
