import type { DrillResult } from '@pgdrill/core';
import { text } from '@pgdrill/reporters';
import { exitStatusUnwritten, type ExitStatus } from '../exit.ts';
import { say } from '../stdio.ts';
import type { Outlets } from './outlets.ts';
import { writeResult } from './write-reports.ts';

/** Writes what a drill found, and returns the status to end with. */
export async function endWithReports(result: DrillResult, outlets: Outlets): Promise<ExitStatus> {
  const { report } = result;
  const problems = await writeResult(result, outlets);
  const read = outlets.reports.some(({ reporter, place }) => reporter === text && place.kind === 'stdout');
  // Where the text report is read, it has said so.
  if (report.error && !read) say(`pgdrill: ${report.error.message}`);
  for (const problem of problems) say(`pgdrill: ${problem}`);
  return problems.length === 0 ? report.exitCode : exitStatusUnwritten(report.exitCode);
}
