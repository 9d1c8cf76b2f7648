import type { ReportCheck, Severity, Verdict } from '@pgdrill/core';

/** How many checks ended in each way, and how many findings there are of each severity. */
export interface Tally {
  readonly checks: Readonly<Record<Verdict, number>>;
  /** Those that are accepted are not among them. */
  readonly findings: Readonly<Record<Severity, number>>;
  /** Findings that are accepted. */
  readonly accepted: number;
  /** Checks that were judged or should have been: all but the skipped. */
  readonly judged: number;
}

/** Counts verdicts and findings. */
export function tally(checks: readonly ReportCheck[]): Tally {
  const verdicts = { passed: 0, failed: 0, unverified: 0, skipped: 0 };
  let accepted = 0;
  const findings = { error: 0, warning: 0, notice: 0 };
  for (const check of checks) {
    verdicts[check.verdict] += 1;
    for (const finding of check.findings) {
      if (finding.accepted) accepted += 1;
      else findings[finding.severity] += 1;
    }
  }
  return { checks: verdicts, findings, accepted, judged: checks.length - verdicts.skipped };
}
