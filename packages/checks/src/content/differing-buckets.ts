import type { MeasuredBuckets } from '@pgdrill/core';

/** What the buckets of two sides tell when the whole differs. */
export interface DifferingBuckets {
  /** How many buckets both sides were compared in. */
  readonly count: number;
  /** The numbers of those that differ, ascending. */
  readonly differing: readonly number[];
  /** Rows in the differing buckets, on either side: no more rows than these differ. */
  readonly rowsBefore: number;
  readonly rowsAfter: number;
}

type Values = Readonly<Record<string, string | null>>;

/**
 * Compares two sides bucket by bucket.
 *
 * @returns null when the sides were divided by different rules, so that their buckets cannot be compared
 */
export function differingBuckets(
  before: MeasuredBuckets | undefined,
  after: MeasuredBuckets | undefined,
): DifferingBuckets | null {
  if (!before || !after || before.scheme !== after.scheme) return null;
  const count = Math.min(before.count, after.count);
  const [left, right] = [fold(before, count), fold(after, count)];
  const differing = [...new Set([...left.keys(), ...right.keys()])].filter(
    (bucket) => !sameValues(left.get(bucket), right.get(bucket)),
  );
  const rowsIn = (side: ReadonlyMap<number, Values>): number =>
    differing.reduce((sum, bucket) => sum + Number(side.get(bucket)?.['rows'] ?? 0), 0);
  return { count, differing: differing.toSorted((a, b) => a - b), rowsBefore: rowsIn(left), rowsAfter: rowsIn(right) };
}

/** A hash taken modulo a power of two is also that hash modulo a smaller one: buckets are added up until there are as few. */
function fold(buckets: MeasuredBuckets, count: number): ReadonlyMap<number, Values> {
  const folded = new Map<number, Values>();
  for (const [number, values] of Object.entries(buckets.values)) {
    const bucket = Number(number) % count;
    const earlier = folded.get(bucket);
    folded.set(bucket, earlier === undefined ? values : addValues(earlier, values));
  }
  return folded;
}

function addValues(left: Values, right: Values): Values {
  const sum = (name: string): string => (BigInt(left[name] ?? 0) + BigInt(right[name] ?? 0)).toString();
  return Object.fromEntries(Object.keys(left).map((name) => [name, sum(name)]));
}

function sameValues(left: Values | undefined, right: Values | undefined): boolean {
  if (!left || !right) return left === right;
  const names = new Set([...Object.keys(left), ...Object.keys(right)]);
  return [...names].every((name) => (left[name] ?? null) === (right[name] ?? null));
}
