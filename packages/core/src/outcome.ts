import type { Report, ReportCheck, ReportExitCode } from './report.ts';

/** How a whole drill ended. */
export interface Outcome {
  readonly verdict: Report['verdict'];
  readonly exitCode: ReportExitCode;
}

/**
 * The verdict and exit status of a drill, from its checks: 1 for any finding, 3 where something could not be verified, 0 only when something was
 * tested and all of it passed.
 *
 * @param ended why the drill stopped before it could judge, if it did
 */
export function outcomeOf(checks: readonly ReportCheck[], ended?: 'error' | 'interrupted'): Outcome {
  if (ended === 'interrupted') return { verdict: 'unverified', exitCode: 130 };
  if (checks.some(({ verdict }) => verdict === 'failed')) return { verdict: 'failed', exitCode: 1 };
  // That a backup was taken and restored proves nothing about what is in it.
  const judged = checks.filter(({ name, verdict }) => verdict !== 'skipped' && name !== 'backup' && name !== 'restore');
  if (ended === 'error' || judged.length === 0 || checks.some(({ verdict }) => verdict === 'unverified'))
    return { verdict: 'unverified', exitCode: 3 };
  return { verdict: 'passed', exitCode: 0 };
}
