import type { LinkedRow } from './walk.ts';

/** A row that waits, with its place in the order of reading, from 1. */
export interface WaitingRow extends LinkedRow {
  readonly position: number;
}

/** Rows that wait for the row they link to: found by its hash, or in the order in which they came. */
export interface WaitingRows {
  put(row: WaitingRow): void;
  /** Takes the first row that links to this hash. */
  take(hash: string): WaitingRow | undefined;
  takeFirst(): WaitingRow | undefined;
  size(): number;
}

/** Each of its operations takes constant time on average, whatever is waiting. */
export function waitingRows(): WaitingRows {
  const byPrev = new Map<string | null, WaitingRow[]>();
  const taken = new Set<WaitingRow>();
  // A queue with gaps: what was taken from its middle is passed over when its turn comes.
  let queue: WaitingRow[] = [];
  let start = 0;

  const remove = (row: WaitingRow, others: WaitingRow[]): void => {
    if (others.length === 1) byPrev.delete(row.prev);
    else others.splice(others.indexOf(row), 1);
  };
  const closeGaps = (): void => {
    queue = queue.slice(start).filter((row) => !taken.has(row));
    start = 0;
    taken.clear();
  };

  return {
    put(row) {
      if (start + taken.size > 1024 && 2 * (start + taken.size) > queue.length) closeGaps();
      queue.push(row);
      const others = byPrev.get(row.prev);
      if (others) others.push(row);
      else byPrev.set(row.prev, [row]);
    },
    take(hash) {
      if (byPrev.size === 0) return undefined;
      const others = byPrev.get(hash);
      const row = others?.[0];
      if (others === undefined || row === undefined) return undefined;
      remove(row, others);
      taken.add(row);
      return row;
    },
    takeFirst() {
      for (let row = queue[start]; row !== undefined; row = queue[start]) {
        start += 1;
        if (taken.delete(row)) continue;
        remove(row, byPrev.get(row.prev) ?? [row]);
        return row;
      }
      return undefined;
    },
    size: () => queue.length - start - taken.size,
  };
}
