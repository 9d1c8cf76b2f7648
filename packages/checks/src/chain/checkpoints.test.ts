import { describe, expect, it } from 'vitest';
import { partingOf } from './checkpoints.ts';
import type { Checkpoints } from './checkpoints.ts';

/** Spreads row numbers evenly over eight digits of hex, as hashes are. */
const hashOf = (row: number): string => (Math.imul(row, 2_654_435_761) >>> 0).toString(16).padStart(8, '0');

/** The checkpoints of a chain of so many rows, which is another one from row `other` on. */
function chain(rows: number, other = Infinity): Checkpoints {
  const bits = rows < 128 ? 0 : Math.floor(Math.log2(rows / 64));
  const hashes = Array.from({ length: rows }, (_, row) => hashOf(row + 1 < other ? row + 1 : row + 10_000_001));
  return { bits, hashes: hashes.filter((hash) => Number.parseInt(hash, 16) < 2 ** (32 - bits)) };
}

describe('partingOf', () => {
  it('finds no difference between a chain and its own beginning', () => {
    expect(partingOf(chain(24), chain(24))).toEqual({ same: 24, differs: null, about: false });
    for (const rows of [40, 128, 4000, 5000]) {
      expect(partingOf(chain(5000), chain(rows)).differs, `${rows}`).toBeNull();
    }
    const { same } = partingOf(chain(5000), chain(4000));
    expect(same).toBeGreaterThan(3000);
    expect(same).toBeLessThan(5000);
  });

  it('finds no difference between a chain and the same one with more rows', () => {
    expect(partingOf(chain(24), chain(30))).toEqual({ same: 24, differs: null, about: false });
    expect(partingOf(chain(4000), chain(5000)).differs).toBeNull();
  });

  it('finds where two chains part, to the row in a short one', () => {
    expect(partingOf(chain(24), chain(24, 9))).toEqual({ same: 8, differs: 9, about: false });
    expect(partingOf(chain(24), chain(24, 1))).toEqual({ same: 0, differs: 1, about: false });
    const { same, differs, about } = partingOf(chain(100_000), chain(70_000, 30_001));
    expect(about).toBe(true);
    expect(same).toBeGreaterThan(25_000);
    expect(differs).toBeLessThan(35_000);
  });
});
