import { isFailing, outcomeOf } from '@pgdrill/core';
import type { Report, ReportCheck, ReportExitCode, Verdict } from '@pgdrill/core';

/** A report as its checks support it. */
export interface SecondLook {
  readonly report: Report;
  readonly verdict: Report['verdict'];
  readonly exitCode: ReportExitCode;
  readonly interrupted: boolean;
  readonly checks: readonly ReportCheck[];
  /** Set when the report claims more than its checks support: what is shown is then worse than what it says. */
  readonly contradiction?: string;
}

const WORSE = { passed: 0, unverified: 1, failed: 2 } as const;

/**
 * Looks at a report again before it is shown. A report may come from a file that was edited, or from a check that claims too much; nothing may look
 * green that does not follow from its own subjects and findings.
 */
export function secondLook(report: Report): SecondLook {
  const checks = report.checks.map(supported);
  const interrupted = report.exitCode === 130;
  const outcome = outcomeOf(checks, interrupted ? 'interrupted' : report.error && 'error');
  const claimed = report.verdict === 'passed' && report.exitCode !== 0 ? 'unverified' : report.verdict;
  const verdict = WORSE[outcome.verdict] > WORSE[claimed] ? outcome.verdict : claimed;
  const worse = verdict !== report.verdict || checks.some((check, index) => check !== report.checks[index]);
  return {
    report,
    verdict,
    exitCode: report.exitCode,
    interrupted,
    checks,
    ...(worse
      ? {
          contradiction:
            'This report contradicts itself: it claims more than its own checks and findings support. It was edited, or a check is defective.',
        }
      : {}),
  };
}

/** A check with the verdict that its subjects and findings support; the same object where that is its own. */
function supported(check: ReportCheck): ReportCheck {
  const [verdict, reason] = supportedVerdict(check);
  return verdict === check.verdict ? check : { ...check, verdict, ...(reason === undefined ? {} : { reason }) };
}

function supportedVerdict({ verdict, subjects, findings }: ReportCheck): readonly [Verdict, string?] {
  if (findings.some(isFailing)) return ['failed'];
  if (verdict !== 'passed') return [verdict];
  const open = subjects.find(({ unverified }) => unverified !== undefined);
  if (open) return ['unverified', `${open.name} could not be judged: ${open.unverified}`];
  if (subjects.length === 0) return ['unverified', 'It says that it passed, but names nothing that it judged.'];
  return ['passed'];
}
