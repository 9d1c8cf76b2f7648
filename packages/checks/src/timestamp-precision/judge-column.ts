import type { Finding, Json, MeasuredTable, Subject } from '@pgdrill/core';
import { timestampFindings } from './findings.ts';
import type { Infinities } from './findings.ts';
import { measureName } from './measures.ts';

/** One column on both sides; `type` is the declared one. */
export interface ColumnPair {
  /** `schema.table.column`. */
  readonly subject: string;
  readonly table: string;
  readonly column: string;
  readonly before: { readonly type: string; readonly measured: MeasuredTable };
  /** Null when the table is gone; `type` is null when the column is. */
  readonly after: { readonly type: string | null; readonly measured: MeasuredTable } | null;
}

/** The facts of a column on one side. */
interface Facts {
  readonly rows: bigint;
  readonly values: bigint;
  readonly infinite: Infinities;
  readonly finite: bigint;
  /** How many values have a fraction at all, one finer than a millisecond, one finer than ten microseconds. */
  readonly fine: readonly [fraction: bigint, submillisecond: bigint, microsecond: bigint];
  readonly digest: string | null;
  readonly least: bigint | null;
  readonly most: bigint | null;
  /** The most fractional digits that a value carries, as far as they are told apart. */
  readonly digits: 0 | 3 | 5 | 6;
}

/** A column's result. */
export interface ColumnResult {
  readonly subject: Subject;
  readonly findings: readonly Finding[];
}

/** Judges one column. Rows that were lost or added are not this check's business: then it says what it can prove, else that it cannot judge. */
export function judgeColumn(pair: ColumnPair): ColumnResult {
  const { subject: name, before, after } = pair;
  const had = factsOf(before.measured, pair.column);
  const base: Subject = { name, before: shown(had, before.type), after: null };
  const error = before.measured.error ?? after?.measured.error;
  if (error !== undefined) return unverified(base, `Its table could not be read: ${error}`);
  if (after === null)
    return unverified({ ...base, goneWith: pair.table }, 'Its table is not there any more (see row-count).');
  if (after.type === null) {
    return found(base, [[timestampFindings.columnMissing.code, timestampFindings.columnMissing.message(name)]]);
  }
  if (before.measured.measures['rows'] === undefined || after.measured.measures['rows'] === undefined)
    return unverified(base, 'Its table was not read on both sides.');
  const has = factsOf(after.measured, pair.column);
  const subject: Subject = { ...base, after: shown(has, after.type) };
  const problems: Problem[] = [];
  const { declared } = timestampFindings;
  if (before.type !== after.type) problems.push([declared.code, declared.message(name, before.type, after.type)]);
  if (had.rows === has.rows) problems.push(...compare(name, had, has));
  else {
    const lost = lostAmongOtherRows(had, has);
    if (lost <= 0n && problems.length === 0) {
      return unverified(
        subject,
        `Its table has other rows than before (see row-count), so the values cannot be compared.`,
      );
    }
    if (lost > 0n) problems.push(digitsLost(name, had, has, lost, []));
  }
  return found(subject, problems);
}

type Problem = readonly [code: string, message: string];

/** Both sides have as many rows. */
function compare(name: string, had: Facts, has: Facts): readonly Problem[] {
  const { values, subsecond, infinities, extremes } = timestampFindings;
  if (had.values !== has.values) return [[values.code, values.message(name, `${had.values}`, `${has.values}`)]];
  const problems: Problem[] = [];
  if (had.infinite.plus !== has.infinite.plus || had.infinite.minus !== has.infinite.minus) {
    problems.push([infinities.code, infinities.message(name, had.infinite, has.infinite)]);
  }
  // A value that has become infinite has no fraction any more, but that is another finding.
  const lost = greatest(telling(has).map((level) => had.fine[level] - has.fine[level])) - (had.finite - has.finite);
  const hasOthers = had.finite !== has.finite;
  const moves = hasOthers ? [] : [moveOf('earliest', had.least, has.least), moveOf('latest', had.most, has.most)];
  const moved = moves.filter((move) => move !== null);
  // What moved by a part of a second moved because its fraction changed: saying so twice would hide what happened.
  const [far, near] = [moved.filter(isFar), moved.filter((move) => !isFar(move))];
  if (lost > 0n) problems.push(digitsLost(name, had, has, lost, near));
  else if (had.digest !== has.digest && !hasOthers) {
    problems.push([subsecond.code, subsecond.message(name, texts(near, '; '))]);
  } else far.push(...near);
  if (far.length > 0) problems.push([extremes.code, extremes.message(name, texts(far, ''))]);
  return problems;
}

function digitsLost(name: string, had: Facts, has: Facts, lost: bigint, near: readonly Move[]): Problem {
  const { digitsLost: entry } = timestampFindings;
  const message = entry.message(name, had.digits, has.digits, `${lost}`, `${has.values}`, texts(near, '; '));
  return [entry.code, message];
}

/** With fewer rows than before, more values without fine digits can only come from values that lost them. */
function lostAmongOtherRows(had: Facts, has: Facts): bigint {
  if (has.rows > had.rows) return 0n;
  const coarse = ({ finite, fine }: Facts, level: Level): bigint => finite - fine[level];
  return greatest(telling(has).map((level) => coarse(has, level) - coarse(had, level)));
}

type Level = 0 | 1 | 2;

/** Every tenth value ends in a zero by chance: fewer values with a last digit say something only when none has one any more. */
function telling({ fine }: Facts): readonly Level[] {
  return fine[2] === 0n ? [0, 1, 2] : [0, 1];
}

function greatest(counts: readonly bigint[]): bigint {
  return counts.reduce((most, count) => (count > most ? count : most));
}

/** How an extreme has moved: by how many microseconds, never from what to what. */
interface Move {
  readonly which: string;
  readonly by: bigint;
}

function moveOf(which: string, before: bigint | null, after: bigint | null): Move | null {
  return before === null || after === null || before === after ? null : { which, by: after - before };
}

function isFar({ by }: Move): boolean {
  return by >= 1_000_000n || by <= -1_000_000n;
}

function texts(moves: readonly Move[], before: string): string {
  if (moves.length === 0) return '';
  return `${before}${moves.map(moveText).join(', ')}`;
}

function moveText({ which, by }: Move): string {
  const [distance, direction] = by > 0n ? [by, 'later'] : [-by, 'earlier'];
  return `the ${which} value is ${distance / 1_000_000n}.${`${distance % 1_000_000n}`.padStart(6, '0')} s ${direction}`;
}

function factsOf({ measures }: MeasuredTable, column: string): Facts {
  const number = (fact: Parameters<typeof measureName>[0]): bigint | null => {
    const value = measures[measureName(fact, column)];
    return value === undefined || value === null ? null : BigInt(value.replace(/\.0+$/, ''));
  };
  const count = (fact: Parameters<typeof measureName>[0]): bigint => number(fact) ?? 0n;
  const rows = BigInt(measures['rows'] ?? 0);
  const values = rows - count('null');
  const infinite = { plus: count('plus-infinite'), minus: count('minus-infinite') };
  const finite = values - infinite.plus - infinite.minus;
  const fraction = finite - count('whole');
  const submillisecond = fraction - count('milliseconds');
  const fine = [fraction, submillisecond, submillisecond - count('ten-microseconds')] as const;
  return {
    rows,
    values,
    infinite,
    finite,
    fine,
    digest: measures[measureName('digest', column)] ?? null,
    least: number('least'),
    most: number('most'),
    digits: fine[2] > 0n ? 6 : fine[1] > 0n ? 5 : fine[0] > 0n ? 3 : 0,
  };
}

function shown({ digits, values, fine }: Facts, type: string): Json {
  return { type, values: Number(values), digits, 'with microseconds': Number(fine[1]) };
}

function unverified(subject: Subject, reason: string): ColumnResult {
  return { subject: { ...subject, unverified: reason }, findings: [] };
}

function found(subject: Subject, problems: readonly Problem[]): ColumnResult {
  const { name, before: expected, after: actual } = subject;
  return {
    subject,
    findings: problems.map(([code, message]) => ({
      code,
      severity: 'error',
      subject: name,
      expected,
      actual,
      message,
    })),
  };
}
