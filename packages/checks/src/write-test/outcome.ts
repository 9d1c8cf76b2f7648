import { DatabaseError } from '@pgdrill/core';
import type { Outcome } from './observation.ts';

/** Functions of PostgreSQL by which a user's own code raises an error, in any language of its distribution. */
const RAISED: ReadonlySet<string> = new Set([
  'exec_stmt_raise',
  'exec_stmt_assert',
  'PLy_elog_impl',
  'croak_cstr',
  'plperl_call_handler',
  'pltcl_elog',
]);

/** A name that is not there: in a restored trigger, a function or a table that was not restored; or one that only another search path shows. */
export const MISSING_NAMES: ReadonlySet<string> = new Set(['42883', '42P01', '42703', '3F000']);

/**
 * Besides missing names, what a sound database does not say to a sound statement: broken code (42601, 42804, 42846, 42P13), a library that is not there
 * (58P01), and the classes of system errors, full disks and internal errors.
 */
const FAILURES = /^(42601|42804|42846|42P13|58|53100|XX)/;

/**
 * What a server's error says of the restore. By SQLSTATE, and by the function that reported it: messages are translated, and may quote values.
 *
 * @throws the error itself when it is not the server's, or concerns the connection
 */
export function outcomeOfError(error: unknown): Outcome {
  if (!(error instanceof DatabaseError) || error.sqlstate === null || /^(08|57P)/.test(error.sqlstate)) throw error;
  const { sqlstate, about } = error;
  const name = about.constraint ?? about.table;
  const facts = { sqlstate, ...(name === undefined ? {} : { about: name }) };
  if (sqlstate === 'P0001' || RAISED.has(about.routine ?? '')) return { ending: 'refused', ...facts };
  if (sqlstate === '42501') return { ending: 'denied', ...facts };
  if (MISSING_NAMES.has(sqlstate) || FAILURES.test(sqlstate)) return { ending: 'failed', ...facts };
  // Constraints that a copy of a row cannot meet, a published table without a replica identity (55000), as it may be in the source, values that depend on
  // settings of the application, locks, time.
  return { ending: 'untested', ...facts };
}

/** In words, for reports. */
export function outcomeText({ ending, sqlstate, about, why }: Outcome): string {
  const reason = why ?? (sqlstate === undefined ? '' : `${sqlstate}${about === undefined ? '' : ` ${about}`}`);
  return `${WORDS[ending]}${reason === '' ? '' : ` (${reason})`}`;
}

const WORDS: Readonly<Record<Outcome['ending'], string>> = {
  worked: 'worked',
  'worked-by-path': 'worked with a longer search path',
  refused: 'refused by the database',
  untested: 'not tested',
  denied: 'permission denied',
  failed: 'failed',
};
