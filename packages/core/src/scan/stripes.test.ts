import { describe, expect, it } from 'vitest';
import { stripesOf } from './stripes.ts';
import type { BlockRange } from './stripes.ts';

function stripesOfAll(of: number, position: number, blocksOf: (index: number) => number): readonly BlockRange[] {
  const indexes = Array.from({ length: of }, (_, index) => index + 1);
  return indexes
    .flatMap((index) => stripesOf(position, blocksOf(index), { index, of }))
    .toSorted((a, b) => a.from - b.from);
}

const CASES = [1, 2, 3, 5, 16].flatMap((of) =>
  [0, 1, 127, 128, 129, 10_000, 1_000_003].map((blocks) => ({ of, blocks })),
);

describe('stripesOf', () => {
  it.each(CASES)('$of shards read each of $blocks blocks once', ({ of, blocks }) => {
    const stripes = stripesOfAll(of, 7, () => blocks);
    expect(stripes[0]?.from).toBe(0);
    for (const [index, { from }] of stripes.slice(1).entries()) expect(from).toBe(stripes[index]?.to);
    expect(stripes.at(-1)?.to).toBeGreaterThanOrEqual(blocks);
  });

  it('leaves nothing out, and takes nothing twice, when the table grows between one shard and the next', () => {
    const stripes = stripesOfAll(3, 1, (index) => 5000 + index * 3000);
    expect(stripes[0]?.from).toBe(0);
    const end = stripes.findIndex(({ to }) => (to ?? 0) >= 5000);
    for (const [index, { from }] of stripes.slice(1, end + 1).entries()) expect(from).toBe(stripes[index]?.to);
    const starts = stripes.map(({ from }) => from);
    expect(new Set(starts).size).toBe(starts.length);
  });

  it.each([1000, 20_000, 500_000, 10_000_000])('gives each of 4 shards about as much of %i blocks', (blocks) => {
    const shares = [1, 2, 3, 4].map((index) =>
      stripesOf(0, blocks, { index, of: 4 }).reduce((sum, { from, to }) => sum + Math.min(to ?? 0, blocks) - from, 0),
    );
    expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(Math.max(512, blocks / 8));
  });
});
