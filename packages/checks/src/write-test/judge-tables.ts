import type { Finding, Json, Subject } from '@pgdrill/core';
import { writeTestFindings } from './findings.ts';
import type { Change, NextValue, Outcome, TableTrial, WriteTestSeen } from './observation.ts';
import { outcomeText } from './outcome.ts';

const CHANGES: readonly Change[] = ['insert', 'update', 'delete'];

/** What was tried of tables and keys, and what is wrong with it. */
export interface JudgedTrials {
  readonly subjects: readonly Subject[];
  readonly findings: readonly Finding[];
  readonly notes: readonly string[];
}

/** Judges tables and keys. A table in which nothing could be tested is no subject: it is noted. */
export function judgeTables({ tables, nextValues }: WriteTestSeen): JudgedTrials {
  const trials = new Map(tables.map((trial) => [trial.table, trial]));
  const values = Map.groupBy(nextValues, ({ table }) => table);
  const names = [...new Set([...trials.keys(), ...values.keys()])];
  const subjects: Subject[] = [];
  const notes: string[] = [];
  for (const name of names) {
    const trial = trials.get(name);
    const keys = values.get(name) ?? [];
    if (trial && keys.length === 0 && CHANGES.every((change) => trial[change].ending === 'untested'))
      notes.push(`${name} was not tested: ${trial.delete.why ?? outcomeText(trial.delete)}.`);
    else subjects.push({ name, before: null, after: facts(trial, keys) });
  }
  const findings = [...nextValues.flatMap(keyFinding), ...tables.flatMap(tableFindings)];
  return { subjects, findings, notes };
}

function facts(trial: TableTrial | undefined, keys: readonly NextValue[]): Json {
  const next = keys.map(
    ({ column, next: value, taken }) => `${column} ${value === null ? 'used up' : taken ? 'taken' : 'free'}`,
  );
  return {
    ...(next.length === 0 ? {} : { 'next value': next.join(', ') }),
    ...(trial === undefined ? {} : Object.fromEntries(CHANGES.map((change) => [change, outcomeText(trial[change])]))),
  };
}

function keyFinding({ table, column, sequence, next, taken }: NextValue): readonly Finding[] {
  if (!taken || next === null) return [];
  const { code, message } = writeTestFindings.nextTaken;
  return [
    {
      code,
      severity: 'error',
      subject: table,
      expected: 'free',
      actual: next,
      message: message(`${table}.${column}`, sequence, next),
    },
  ];
}

function tableFindings(trial: TableTrial): readonly Finding[] {
  const { table } = trial;
  const found = (
    of: { readonly code: string },
    message: string,
    actual: Json,
    severity: Finding['severity'] = 'error',
  ): Finding => ({
    code: of.code,
    severity,
    subject: table,
    expected: 'worked',
    actual,
    message,
  });
  const ended = (ending: Outcome['ending']): readonly Change[] =>
    CHANGES.filter((change) => trial[change].ending === ending);
  const { denied, path, silent } = writeTestFindings;
  return [
    ...ended('failed').map((change) =>
      found(
        writeTestFindings[change],
        writeTestFindings[change].message(table, reasonText(trial[change])),
        outcomeText(trial[change]),
      ),
    ),
    ...(ended('denied').length === 0
      ? []
      : [found(denied, denied.message(table, ended('denied').join(', ')), ended('denied'))]),
    ...(ended('worked-by-path').length === 0
      ? []
      : [found(path, path.message(table, ended('worked-by-path').join(', ')), ended('worked-by-path'), 'warning')]),
    ...CHANGES.flatMap((change) => {
      const triggers = trial[change].silent ?? [];
      return triggers.length === 0
        ? []
        : [found(silent, silent.message(table, change, triggers.join(', ')), 'no trigger fired')];
    }),
  ];
}

/** Why a statement failed, for a sentence. */
export function reasonText({ sqlstate = '', about, why }: Outcome): string {
  const meaning =
    MEANINGS[sqlstate] ?? (sqlstate.startsWith('XX') ? 'an internal error of the server' : 'an error of the server');
  return why ?? `${meaning} (SQLSTATE ${sqlstate}${about === undefined ? '' : `, ${about}`})`;
}

const MEANINGS: Readonly<Record<string, string>> = {
  '23502': 'a column that may not be NULL is',
  '23503': 'a foreign key refuses it',
  '23505': 'a unique key has that value already',
  '23514': 'a check constraint refuses it',
  '25006': 'the transaction is read-only',
  '42501': 'permission denied',
  '42601': 'what it calls is no valid code',
  '42703': 'what it calls names a column that is not there',
  '42883': 'what it calls names a function that is not there',
  '42P01': 'what it calls names a table that is not there',
  '3F000': 'what it calls names a schema that is not there',
  '55000': 'it is published, and has no replica identity',
  '55P03': 'somebody holds a lock on it',
  '57014': 'it took longer than five seconds',
  '58P01': 'a file of the server, such as a library, is not there',
  P0001: 'code of the database raised an error',
};
