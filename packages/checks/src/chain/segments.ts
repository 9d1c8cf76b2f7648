import { textCounts } from './text-counts.ts';
import type { LinkedRow } from './walk.ts';

/** Rows each of which links to the one before it. */
export interface Segment {
  /** What its first row links to, and that row's hash, key, and place in the order of reading. */
  readonly prev: string | null;
  readonly first: { readonly hash: string; readonly key: string; readonly place: number };
  /** Of its last row. */
  readonly hash: string;
  readonly key: string;
  readonly rows: number;
  /** The first and the last place of its rows in the order of reading. */
  readonly from: number;
  readonly to: number;
  /** Rows of it that came before one that they follow, directly or not. */
  readonly early: number;
  /** Is it to be put behind the row that its first one links to, when that comes? */
  readonly waits: boolean;
}

/** Rows joined by their links in whatever order they come: to one segment, as a rule. */
export interface Segments {
  /** Appends a row to the segment that ends in what it links to, and what waited for it; false when none ends there. */
  extend(row: JoinedRow, place: number): boolean;
  /** Begins a segment with a row, and appends what waited for it. */
  begin(row: JoinedRow, place: number, waits: boolean): void;
  /** The segment that waits for a row with this hash. */
  waitingFor(hash: string | null): Segment | undefined;
  /** All there are, the one that grew last at the end. */
  all(): readonly Segment[];
  count(): number;
  /** Forgets the one that has not grown for longest, and tells which. */
  forgetOldest(): Segment | undefined;
}

type JoinedRow = Pick<LinkedRow, 'prev' | 'hash' | 'key'>;
type Open = { -readonly [key in keyof Segment]: Segment[key] };

/** Starts with none. What a row in order costs does not depend on how many there are, nor its memory on how many rows they hold. */
export function newSegments(): Segments {
  const waiting = new Map<string | null, Open>();
  // Next to no row is waited for.
  const waitedFor = textCounts();
  // All but the one that grew last: that one is found without, and put there only when another grows.
  const byEnd = new Map<string, Open>();
  const known = new Set<Open>();
  // Kept from call to call: to begin anew is to pass by what was taken out.
  let oldestFirst = known.values();
  let current: Open | undefined;

  const turnTo = (segment: Open): void => {
    if (current !== undefined) byEnd.set(current.hash, current);
    known.delete(segment);
    known.add(segment);
    current = segment;
  };
  const forget = (segment: Open): void => {
    known.delete(segment);
    if (segment.waits) {
      waiting.delete(segment.prev);
      if (segment.prev !== null) waitedFor.remove(segment.prev);
    }
    if (byEnd.get(segment.hash) === segment) byEnd.delete(segment.hash);
  };
  const appendWaiting = (segment: Open): void => {
    const others = waiting.size - (segment.waits ? 1 : 0);
    const next = others > 0 && waitedFor.mayHold(segment.hash) ? waiting.get(segment.hash) : undefined;
    // A ring has no end.
    if (next === undefined || next === segment) return;
    forget(next);
    segment.hash = next.hash;
    segment.key = next.key;
    segment.rows += next.rows;
    segment.early += next.rows;
    segment.from = Math.min(segment.from, next.from);
  };

  return {
    extend({ prev, hash, key }, place) {
      if (current === undefined || current.hash !== prev) {
        const other = prev === null ? undefined : byEnd.get(prev);
        if (other === undefined) return false;
        byEnd.delete(other.hash);
        turnTo(other);
      }
      const segment = current as Open;
      segment.hash = hash;
      segment.key = key;
      segment.rows += 1;
      segment.to = place;
      appendWaiting(segment);
      return true;
    },
    begin({ prev, hash, key }, place, waits) {
      const first = { hash, key, place };
      const segment = { prev, first, hash, key, rows: 1, from: place, to: place, early: 0, waits };
      if (waits) {
        waiting.set(prev, segment);
        if (prev !== null) waitedFor.add(prev);
      }
      turnTo(segment);
      appendWaiting(segment);
    },
    waitingFor: (hash) => waiting.get(hash),
    all: () => [...known],
    count: () => known.size,
    forgetOldest() {
      const oldest = oldestFirst.next().value;
      if (oldest === undefined || oldest === current) {
        oldestFirst = known.values();
        return undefined;
      }
      forget(oldest);
      return oldest;
    },
  };
}
