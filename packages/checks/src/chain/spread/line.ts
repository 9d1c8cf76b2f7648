import type { LinkedRow } from '../walk.ts';

/** Rows each of which links to the one before it. */
export interface Segment {
  /** What its first row links to. */
  readonly prev: string | null;
  /** Of its last row. */
  readonly hash: string;
  readonly key: string;
  readonly rows: number;
  /** The places of its first and its last row in the order of reading. */
  readonly from: number;
  readonly to: number;
  /** Rows of it that came before one that they follow, directly or not. */
  readonly early: number;
}

/** Rows of one scope in a range of the order, joined to segments: one, as a rule. */
export interface Line {
  /** False when these rows can be part of no whole line: two of them follow the same one, or are the same. */
  add(row: Pick<LinkedRow, 'prev' | 'hash' | 'key'>): boolean;
  segments(): readonly Segment[];
}

type Open = { -readonly [key in keyof Segment]: Segment[key] };

/** Starts a line. */
export function line(): Line {
  // By what they link to, and by the hash that they end in; the one that grew last is under its end only when another grows.
  const starts = new Map<string | null, Open>();
  const ends = new Map<string | null, Open>();
  let current: Open | undefined;
  let place = 0;

  const grown = (prev: string | null): Open | undefined => {
    if (current?.hash === prev) return current;
    if (current !== undefined) {
      if (ends.has(current.hash)) return undefined;
      ends.set(current.hash, current);
    }
    const other = ends.get(prev);
    if (other !== undefined) ends.delete(prev);
    else if (starts.has(prev)) return undefined;
    else {
      const begun = { prev, hash: '', key: '', rows: 0, from: place, to: place, early: 0 };
      starts.set(prev, begun);
      return begun;
    }
    return other;
  };
  /** Appends the segment that came before the row that it follows. */
  const append = (segment: Open, next: Open): void => {
    starts.delete(next.prev);
    ends.delete(next.hash);
    Object.assign(segment, { hash: next.hash, key: next.key });
    segment.rows += next.rows;
    segment.early += next.rows;
    segment.from = Math.min(segment.from, next.from);
  };

  return {
    add({ prev, hash, key }) {
      place += 1;
      const segment = grown(prev);
      if (segment === undefined) return false;
      segment.hash = hash;
      segment.key = key;
      segment.rows += 1;
      segment.to = place;
      current = segment;
      const next = starts.size > 1 ? starts.get(hash) : undefined;
      if (next === segment) return false;
      if (next !== undefined) append(segment, next);
      return true;
    },
    segments: () => [...starts.values()],
  };
}
