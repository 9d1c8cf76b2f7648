import { CannotVerifyError, DrillFailure, UsageError, type LogEvent } from '@pgdrill/core';
import type { ClientOutcome } from '../client/run-client.ts';
import type { ClientTool } from '../client/find-clients.ts';

/** libpq's own words for a connection that cannot be had or broke, and the server's for ending one. English under LC_ALL=C but for the last. */
const connectionTrouble =
  /connection to server|server closed the connection|could not (?:send|receive) data|no connection to the server|SSL SYSCALL|SSL connection has been closed|could not translate host|connection not open|lost synchronization|terminating connection|\b(?:FATAL|PANIC): /;
/** Trouble of the machine that we or the server run on, not of the backup. */
const noRoom =
  /No space left on device|Disk quota exceeded|could not extend file|Cannot allocate memory|out of memory|out of shared memory|Too many open files|Read-only file system|could not (?:create directory|open (?:output|TOC) file|write to output file|close output file)/;
const wrongUsage =
  /unrecognized option|invalid option|requires an argument|too many command-line arguments|cannot be used together|is ambiguous|must be (?:in range|between)|unrecognized compression|not support compression|invalid compression|no matching (?:tables|schemas|extensions) were found|hint: Try "/;
/** A parallel dump locks each table again, and does not wait where somebody else has asked for the whole table in between. */
const inTheWay = /canceling statement due to|deadlock detected|conflict with recovery|could not obtain lock/;
/** `pg_restore` had read the archive well enough to ask the server for something, and the server refused. */
const serverRefused =
  /could not execute query|COPY failed for table|error returned by PQ|could not create large object|could not (?:open|write to) large object/;

/** What the tool said first, or last, or how it ended. */
function reasonOf({ status, stderr }: ClientOutcome): string {
  return (stderr.firstError ?? stderr.lastLine ?? `it said nothing and ended with status ${status}`).replace(/\.$/, '');
}

function errorText({ stderr }: ClientOutcome): string {
  return stderr
    .lines()
    .filter(({ severity, text }) => severity === 'error' || /hint: Try "/.test(text))
    .map(({ text }) => text)
    .join('\n');
}

/** Trouble that says nothing of the backup: a lost connection, a full disk, a wrong argument, a tool that was killed. */
function troubleOf(outcome: ClientOutcome, tool: ClientTool): Error | null {
  const errors = errorText(outcome);
  const said = `${tool.name} ${tool.version} could not do its work: ${reasonOf(outcome)}.`;
  if (outcome.status > 128) {
    return new CannotVerifyError(
      `${said} It was ended by signal ${outcome.status - 128} from outside: look for memory that ran out.`,
    );
  }
  if (outcome.status === 126 || outcome.status === 127) return new CannotVerifyError(`${said} Install it again.`);
  if ((tool.name === 'psql' && outcome.status === 2) || connectionTrouble.test(errors)) {
    return new CannotVerifyError(`${said} Check the connection and the server's log, and try again.`);
  }
  if (noRoom.test(errors))
    return new CannotVerifyError(`${said} Make room, on this machine or on the server, and try again.`);
  if (wrongUsage.test(errors))
    return new UsageError(`${said} Check the backup options dumpArguments, restoreArguments and compress.`);
  return null;
}

/**
 * Why a dump failed.
 *
 * @param events what its errors mean
 */
export function dumpFailure(outcome: ClientOutcome, tool: ClientTool, events: readonly LogEvent[]): Error {
  const trouble = troubleOf(outcome, tool);
  if (trouble !== null) return trouble;
  const reason = reasonOf(outcome);
  if (inTheWay.test(errorText(outcome))) {
    return new CannotVerifyError(
      `${tool.name} ${tool.version} was kept from dumping: ${reason}. Try again at a quieter time.`,
    );
  }
  if (/snapshot/.test(errorText(outcome))) {
    return new CannotVerifyError(
      `${tool.name} ${tool.version} could not join the snapshot: ${reason}. The session that holds it has ended: see the server's log, and try again.`,
    );
  }
  return new DrillFailure(
    'backup/failed',
    `${tool.name} ${tool.version} failed: ${reason}. ${meaningOf(events) ?? 'The same command would fail in a real backup: mend what it names.'}`,
  );
}

/** Why reading an archive failed. */
export function archiveFailure(outcome: ClientOutcome, tool: ClientTool, path: string): Error {
  return troubleOf(outcome, tool) ?? damaged(outcome, tool, path);
}

/**
 * Why a restore failed.
 *
 * @param events what its errors mean
 */
export function restoreFailure(
  outcome: ClientOutcome,
  tool: ClientTool,
  path: string,
  events: readonly LogEvent[],
): Error {
  const trouble = troubleOf(outcome, tool);
  if (trouble !== null) return trouble;
  if (tool.name === 'pg_restore' && outcome.stderr.errors > 0 && !serverRefused.test(errorText(outcome)))
    return damaged(outcome, tool, path);
  const reason = reasonOf(outcome);
  return new DrillFailure(
    'restore/failed',
    `${tool.name} ${tool.version} failed: ${reason}. ${meaningOf(events) ?? 'The same command would fail in a real restore: mend what it names.'}`,
  );
}

function damaged(outcome: ClientOutcome, tool: ClientTool, path: string): DrillFailure {
  return new DrillFailure(
    'backup/archive-damaged',
    `${tool.name} ${tool.version} could not read the backup ${path}: ${reasonOf(outcome)}. It cannot be restored whole: look at the disk and at how it was written.`,
  );
}

/** What the first error means, where that is known. */
function meaningOf(events: readonly LogEvent[]): string | null {
  const first = events.find(({ severity, class: of }) => severity === 'error' && of !== 'lied');
  if (first === undefined || first.id === null) return null;
  const { object, what, why } = first;
  return object === null ? why : `${object}: ${what}. ${why}`;
}
