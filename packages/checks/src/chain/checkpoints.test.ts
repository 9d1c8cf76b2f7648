import { describe, expect, it } from 'vitest';
import { collectCheckpoints, partingOf } from './checkpoints.ts';
import type { Checkpoints } from './checkpoints.ts';

/** The checkpoints of a chain of so many rows, which is another one from row `other` on. */
function chain(rows: number, other = Infinity): Checkpoints {
  const points = collectCheckpoints();
  for (let row = 1; row <= rows; row += 1) points.add(row < other ? `${row}` : `other ${row}`);
  return points.end();
}

describe('collectCheckpoints', () => {
  it.each([0, 1, 64, 65, 1000, 100_000])('keeps few hashes of %i rows, the second half not left out', (rows) => {
    const { stride, hashes } = chain(rows);
    expect(hashes.length).toBeLessThanOrEqual(64);
    expect(hashes).toEqual(hashes.map((_, index) => `${(index + 1) * stride}`));
    expect(rows - hashes.length * stride).toBeLessThan(Math.max(1, rows / 31));
  });
});

describe('partingOf', () => {
  it('finds no difference between a chain and its own beginning', () => {
    expect(partingOf(chain(24), chain(24))).toEqual({ same: 24, differs: null });
    expect(partingOf(chain(5000), chain(40))).toEqual({ same: 0, differs: null });
    expect(partingOf(chain(5000), chain(4000))).toMatchObject({ differs: null });
    expect(partingOf(chain(5000), chain(4000)).same).toBeGreaterThan(3800);
  });

  it('finds where two chains part, to the row in a short one', () => {
    expect(partingOf(chain(24), chain(24, 9))).toEqual({ same: 8, differs: 9 });
    expect(partingOf(chain(24), chain(24, 1))).toEqual({ same: 0, differs: 1 });
    const { same, differs } = partingOf(chain(100_000), chain(70_000, 30_001));
    expect(same).toBeLessThanOrEqual(30_000);
    expect(differs).toBeGreaterThan(30_000);
    expect((differs ?? 0) - same).toBeLessThan(100_000 / 31);
  });
});
