import type { DrillResult } from '@pgdrill/core';
import { text } from '@pgdrill/reporters';
import { errorText, exitStatusUnwritten, isDebugging, isDefect, type ExitStatus } from '../exit.ts';
import { say } from '../stdio.ts';
import type { Outlets } from './outlets.ts';
import { writeResult } from './write-reports.ts';

/** Writes what a drill found, and returns the status to end with. */
export async function endWithReports(result: DrillResult, outlets: Outlets, signal: AbortSignal): Promise<ExitStatus> {
  const { report, thrown } = result;
  const problems = await writeResult(result, outlets);
  const read = outlets.reports.some(({ reporter, place }) => reporter === text && place.kind === 'stdout');
  const debug = isDebugging();
  // Where the text report is read, it has said so; but not where a defect is to be looked for.
  if (thrown !== null && !signal.aborted && (!read || debug || isDefect(thrown))) say(errorText(thrown, debug));
  for (const problem of problems) say(`pgdrill: ${problem}`);
  return problems.length === 0 ? report.exitCode : exitStatusUnwritten(report.exitCode);
}
