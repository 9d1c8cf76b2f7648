import type { MeasuredTable } from '@pgdrill/core';

type Measures = MeasuredTable['measures'];

/**
 * A table's digest as people and reports see it: 32 hex digits (128 bits), or 64 after `sha256:`.
 *
 * The sums are shown modulo 2 to the power of 64; they are compared whole.
 */
export function shownDigest(measures: Measures): string | null {
  if (measures['rows'] === undefined || measures['rows'] === null) return null;
  const words = ['sha256_0', 'sha256_1', 'sha256_2', 'sha256_3'];
  if (words.some((name) => measures[name] !== undefined))
    return `sha256:${words.map((name) => hex(measures[name])).join('')}`;
  return hex(measures['a']) + hex(measures['b']);
}

function hex(sum: string | null | undefined): string {
  return BigInt.asUintN(64, BigInt(sum ?? 0))
    .toString(16)
    .padStart(16, '0');
}

/** True when the named measures are the same on both sides; a measure that one side lacks differs from any value. */
export function sameMeasures(before: Measures, after: Measures, isMeant: (name: string) => boolean): boolean {
  const names = new Set([...Object.keys(before), ...Object.keys(after)].filter(isMeant));
  return [...names].every((name) => before[name] === after[name]);
}
