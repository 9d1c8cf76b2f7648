import type { Json } from '@pgdrill/core';

/** The hashes of every `stride`-th row of a chain, in the order of its links. */
export interface Checkpoints {
  readonly [key: string]: Json;
  readonly stride: number;
  readonly hashes: readonly string[];
}

/** Half of these lie in the second half of any chain, however long. */
const MOST_CHECKPOINTS = 64;

/** Collects checkpoints while a chain is walked: whenever there are too many, every other one is dropped. */
export function collectCheckpoints(): { add(hash: string): void; end(): Checkpoints } {
  let stride = 1;
  let hashes: string[] = [];
  let rows = 0;
  return {
    add(hash) {
      rows += 1;
      if (rows % stride !== 0) return;
      hashes.push(hash);
      if (hashes.length <= MOST_CHECKPOINTS) return;
      hashes = hashes.filter((_, index) => index % 2 === 1);
      stride *= 2;
    },
    end: () => ({ stride, hashes }),
  };
}

/** Where two chains part, as far as their checkpoints tell. */
export interface Parting {
  /** The last row, from 1, that is known to have the same hash in both; 0 when there is none. */
  readonly same: number;
  /** The first row that is known to have another hash; null when there is none among the rows that both have. */
  readonly differs: number | null;
}

/** Compares two chains, which may be of different lengths. */
export function partingOf(before: Checkpoints, after: Checkpoints): Parting {
  const stride = Math.max(before.stride, after.stride);
  const hashAt = (side: Checkpoints, row: number): string | undefined => side.hashes[row / side.stride - 1];
  for (let row = stride; ; row += stride) {
    const [ours, theirs] = [hashAt(before, row), hashAt(after, row)];
    const end = ours === undefined || theirs === undefined;
    if (end || ours !== theirs) return { same: row - stride, differs: end ? null : row };
  }
}
