import type { Difference, Facts, ObjectPair } from '../catalogue/object-kind.ts';
import { sequencesFindings } from './findings.ts';

/**
 * Holds the next value of a sequence to what it was, and to what its columns hold.
 *
 * Sequences are not part of a transaction: a dump may hold a later value than the snapshot, and the two sides need not be equal. A sequence that cycles
 * gives its values again, and is not judged.
 */
export function judgeState({ subject, before, after }: ObjectPair): readonly Difference[] {
  const next = nextValue(after);
  if (next === null || before['cycle'] !== undefined || after['cycle'] !== undefined) return [];
  const had = nextValue(before);
  const { behind } = sequencesFindings;
  const isBehind = had !== null && isBefore(next, had, before);
  return [
    ...(isBehind
      ? [{ code: behind.code, expected: `${had}`, actual: `${next}`, message: behind.message(subject, had, next) }]
      : []),
    ...judgeColumn(subject, before, after, next),
  ];
}

function judgeColumn(subject: string, before: Facts, after: Facts, next: bigint): readonly Difference[] {
  const { column, 'column value': value } = after;
  if (column === undefined || value === undefined || isBefore(BigInt(value), next, after)) return [];
  const had = nextValue(before);
  const held = before['column value'];
  const wasSo = had !== null && held !== undefined && !isBefore(BigInt(held), had, before);
  const { code, message } = wasSo ? sequencesFindings.behindColumnBefore : sequencesFindings.behindColumn;
  const severity = wasSo ? 'warning' : 'error';
  // Which value the column holds is a key, and no secret of a sequence that gave it.
  return [
    {
      code,
      severity,
      expected: `past ${value}`,
      actual: `${next}`,
      message: message(subject, next, column, BigInt(value)),
    },
  ];
}

/** Does the sequence meet `value` before `other`? */
function isBefore(value: bigint, other: bigint, { increment }: Facts): boolean {
  return increment?.startsWith('-') === true ? value > other : value < other;
}

/** What `nextval` gives; null where it could not be read. */
function nextValue(facts: Facts): bigint | null {
  const { 'last value': last, increment } = facts;
  if (last === undefined || increment === undefined) return null;
  return facts['is called'] === undefined ? BigInt(last) : BigInt(last) + BigInt(increment);
}
