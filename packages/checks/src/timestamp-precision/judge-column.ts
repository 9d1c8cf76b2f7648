import type { Finding, Json, MeasuredTable, Subject } from '@pgdrill/core';
import { timestampFindings } from './findings.ts';
import { measureName } from './measures.ts';

/** One column on both sides; `type` is the declared one. */
export interface ColumnPair {
  /** `schema.table.column`. */
  readonly subject: string;
  readonly column: string;
  readonly before: { readonly type: string; readonly measured: MeasuredTable };
  /** Null when the table is gone; `type` is null when the column is. */
  readonly after: { readonly type: string | null; readonly measured: MeasuredTable } | null;
}

/** The facts of a column on one side. */
interface Facts {
  readonly rows: bigint;
  readonly values: bigint;
  readonly infinite: bigint;
  readonly fraction: bigint;
  readonly submillisecond: bigint;
  readonly digest: string | null;
  readonly least: bigint | null;
  readonly most: bigint | null;
  /** The most fractional digits that a value carries, as far as they are told apart: 0, 3 or 6. */
  readonly digits: 0 | 3 | 6;
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
  if (after === null) return unverified(base, 'Its table is not there any more (see row-count).');
  if (after.type === null) {
    return found(base, [[timestampFindings.columnMissing.code, timestampFindings.columnMissing.message(name)]]);
  }
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
    if (lost > 0n) problems.push(digitsLost(name, had, has, lost));
  }
  return found(subject, problems);
}

type Problem = readonly [code: string, message: string];

/** Both sides have as many rows. */
function compare(name: string, had: Facts, has: Facts): readonly Problem[] {
  const { values, subsecond, infinities, extremes } = timestampFindings;
  if (had.values !== has.values) return [[values.code, values.message(name, `${had.values}`, `${has.values}`)]];
  const lostMicroseconds = had.submillisecond - has.submillisecond;
  const lostFractions = had.fraction - has.fraction;
  const lost = lostMicroseconds > lostFractions ? lostMicroseconds : lostFractions;
  // Lost digits change the digest and the extremes too; saying so again would hide what happened.
  if (lost > 0n) return [digitsLost(name, had, has, lost)];
  const problems: Problem[] = [];
  if (had.infinite !== has.infinite) {
    problems.push([infinities.code, infinities.message(name, `${had.infinite}`, `${has.infinite}`)]);
  }
  if (had.digest !== has.digest) problems.push([subsecond.code, subsecond.message(name)]);
  const moved = [moveOf('earliest', had.least, has.least), moveOf('latest', had.most, has.most)].filter(
    (text) => text !== null,
  );
  if (moved.length > 0) problems.push([extremes.code, extremes.message(name, moved.join(', '))]);
  return problems;
}

function digitsLost(name: string, had: Facts, has: Facts, lost: bigint): Problem {
  const { digitsLost: entry } = timestampFindings;
  return [entry.code, entry.message(name, had.digits, has.digits, `${lost}`, `${has.values}`)];
}

/** With fewer rows than before, more values without microseconds can only come from values that lost them. */
function lostAmongOtherRows(had: Facts, has: Facts): bigint {
  if (has.rows > had.rows) return 0n;
  return has.values - has.submillisecond - (had.values - had.submillisecond);
}

const INFINITE = 10n ** 30n;

/** How far an extreme has moved: the distance, never the value. */
function moveOf(which: string, before: bigint | null, after: bigint | null): string | null {
  if (before === after) return null;
  if (before === null || after === null) return `the ${which} value is ${after === null ? 'gone' : 'new'}`;
  const distance = after > before ? after - before : before - after;
  const direction = after > before ? 'later' : 'earlier';
  if (distance >= INFINITE / 2n)
    return `the ${which} value ${isInfinite(after) ? 'is infinite now' : 'is infinite no more'}`;
  return `the ${which} value is ${distance / 1_000_000n}.${`${distance % 1_000_000n}`.padStart(6, '0')} s ${direction}`;
}

function isInfinite(value: bigint): boolean {
  return value === INFINITE || value === -INFINITE;
}

function factsOf({ measures }: MeasuredTable, column: string): Facts {
  const number = (fact: Parameters<typeof measureName>[0]): bigint | null => {
    const value = measures[measureName(fact, column)];
    return value === undefined || value === null ? null : BigInt(value.replace(/\.0+$/, ''));
  };
  const values = number('values') ?? 0n;
  const fraction = number('fraction') ?? 0n;
  const submillisecond = number('submillisecond') ?? 0n;
  return {
    rows: BigInt(measures['rows'] ?? 0),
    values,
    infinite: values - (number('finite') ?? 0n),
    fraction,
    submillisecond,
    digest: measures[measureName('digest', column)] ?? null,
    least: number('least'),
    most: number('most'),
    digits: submillisecond > 0n ? 6 : fraction > 0n ? 3 : 0,
  };
}

function shown({ digits, values, submillisecond }: Facts, type: string): Json {
  return { type, values: Number(values), digits, 'with microseconds': Number(submillisecond) };
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
