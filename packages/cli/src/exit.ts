import process from 'node:process';
import { CannotVerifyError, DrillFailure, messageOf, UsageError, type ReportExitCode } from '@pgdrill/core';

/** 0 passed, 1 a finding, 2 usage or config, 3 could not verify, 130 interrupted. */
export type ExitStatus = ReportExitCode | 2;

/**
 * The exit status of everything that can happen, in the one place that decides it: what the task returned, or what it threw.
 *
 * @param signal aborted when the user interrupted the task, which then ends with whatever error it was in the middle of
 */
export function exitStatusOf(
  ended: { readonly returned: ExitStatus } | { readonly threw: unknown },
  signal: AbortSignal,
): ExitStatus {
  if ('returned' in ended) return ended.returned;
  if (signal.aborted) return 130;
  if (ended.threw instanceof UsageError) return 2;
  return ended.threw instanceof DrillFailure ? 1 : 3;
}

/** The status of a drill of which a report could not be written: nobody will read that it passed. */
export function exitStatusUnwritten(status: ExitStatus): ExitStatus {
  return status === 0 ? 3 : status;
}

/** What standard error says of an error that ended the program, without a stack unless `debug`. */
export function errorText(error: unknown, debug: boolean): string {
  const lines = [`pgdrill: ${messageOf(error)}`];
  if (isDefect(error)) {
    lines.push('This is a defect of pgdrill or of a plug-in; please report it.');
    if (!debug) lines.push('Set PGDRILL_DEBUG=1 and run it again to see where it happened.');
  }
  if (debug) lines.push(...stacks(error));
  return lines.join('\n');
}

/** Does the user want to see where errors come from? */
export function isDebugging(): boolean {
  return !['', '0', undefined].includes(process.env['PGDRILL_DEBUG']);
}

/** Everything that may go wrong has an error of its own: any other is a defect. */
export function isDefect(error: unknown): boolean {
  return ![UsageError, CannotVerifyError, DrillFailure].some((kind) => error instanceof kind);
}

/** Stacks alone: other properties of an error may hold a connection string. */
function stacks(error: unknown): readonly string[] {
  if (!(error instanceof Error)) return [];
  return [error.stack ?? '', ...(error.cause === undefined ? [] : stacks(error.cause))];
}
