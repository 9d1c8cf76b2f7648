import { describe, expect, it } from 'vitest';
import { equalRanges, shrinkingRanges } from './block-ranges.ts';
import type { BlockRange } from './block-ranges.ts';

const sizes = (ranges: readonly BlockRange[], blocks: number): readonly number[] =>
  ranges.map(({ from, to }) => (to ?? blocks) - from);

describe.each([
  ['equalRanges', equalRanges],
  ['shrinkingRanges', shrinkingRanges],
])('%s', (_, divide) => {
  it.each([0, 1, 2, 3, 7, 8, 9, 45, 1000, 116_396])('covers each of %i blocks once, and what comes after', (blocks) => {
    for (const threads of [1, 2, 3, 7, 8, 64]) {
      const ranges = divide(blocks, threads);
      expect(ranges[0]?.from).toBe(0);
      expect(ranges.map(({ to }) => to)).toEqual([...ranges.slice(1).map(({ from }) => from), null]);
      expect(ranges.filter(({ from, to }) => to !== null && to <= from)).toEqual([]);
    }
  });
});

describe('shrinkingRanges', () => {
  it.each([2, 4, 16])(
    'begins with half a share of %i threads, and ends with small ones, but not too many',
    (threads) => {
      const blocks = 100_000;
      const all = sizes(shrinkingRanges(blocks, threads), blocks);
      expect(all[0]).toBe(blocks / threads / 2);
      expect(all).toEqual(all.toSorted((a, b) => b - a));
      expect(all.at(-1)).toBeLessThanOrEqual(blocks / threads / 8);
      expect(all.length).toBeLessThanOrEqual(6 * threads);
    },
  );
});
