import type { Head } from '../heads.ts';
import type { WalkedRows } from '../walk-rows.ts';

/** Rows of one scope each of which links to the one before it. */
export interface Piece {
  /** What its first row links to. */
  readonly prev: string | null;
  /** Of its last row. */
  readonly hash: string;
  readonly key: string;
  readonly rows: number;
}

/** What a range of a table holds, when nothing in it speaks against a whole chain. */
export interface WalkedRange extends Pick<WalkedRows, 'rows' | 'unchained' | 'unformatted' | 'fineRows'> {
  /** The scopes that have rows in it, with the pieces of each. */
  readonly lines: readonly { readonly scope: string; readonly pieces: readonly Piece[] }[];
  /** How many rows the server counts in it. */
  readonly counted: number;
  /** Where the rows lie that were to be told of. */
  readonly places: readonly string[];
}

/** Joins ranges to whole chains as they come: one line in each scope, from the genesis through every piece. */
export interface JoinedRanges {
  /** False when they can be parts of no whole chain, whatever else comes, or are in too many pieces to be joined that way. */
  add(range: WalkedRange): boolean;
  /** Null when they are no whole chains; a walk in order then tells what broke. */
  end(): WalkedRows | null;
}

/**
 * Starts with none.
 *
 * @param mostOpen so many pieces may wait for what is between them, besides one in each scope
 */
export function joinRanges(genesis: string | null, mostOpen: number): JoinedRanges {
  const lines = new Map<string, Line>();
  const counts = { rows: 0, unchained: 0, unformatted: 0, fineRows: 0 };
  let open = 0;
  return {
    add(range) {
      for (const count of ['rows', 'unchained', 'unformatted', 'fineRows'] as const) counts[count] += range[count];
      for (const { scope, pieces: added } of range.lines) {
        const line = lines.get(scope) ?? { starts: new Set(), byStart: new Map(), byEnd: new Map() };
        lines.set(scope, line);
        const before = Math.max(1, line.byStart.size);
        if (!added.every((piece) => put(line, piece))) return false;
        open += Math.max(1, line.byStart.size) - before;
        if (open > mostOpen) return false;
      }
      return true;
    },
    end() {
      const heads: Head[] = [];
      for (const [scope, { byStart }] of lines) {
        const whole = byStart.get(genesis);
        if (whole === undefined || byStart.size > 1) return null;
        heads.push({ scope, rows: whole.rows, hash: whole.hash, key: whole.key });
      }
      // Nobody has looked at the order, nor needs to where the links are whole.
      return { ...counts, coarseMismatches: 0, breaks: {}, heads, unordered: true, outOfOrder: 0 };
    },
  };
}

/** The pieces of a scope, by what the first row of each links to, and by the hash of its last row. */
interface Line {
  /**
   * What any piece was ever found to link to. Where hashes do not cover the links, two rows may have the same hash; whether two pieces follow the same one
   * must not depend on which came first.
   */
  readonly starts: Set<string | null>;
  readonly byStart: Map<string | null, Piece>;
  readonly byEnd: Map<string, Piece>;
}

/** Puts a piece between those that it links; false when another one follows the same row. */
function put({ starts, byStart, byEnd }: Line, piece: Piece): boolean {
  if (starts.has(piece.prev)) return false;
  starts.add(piece.prev);
  const before = piece.prev === null ? undefined : byEnd.get(piece.prev);
  if (before !== undefined) byEnd.delete(before.hash);
  const after = byStart.get(piece.hash);
  // A ring has no end.
  const next = after === before ? undefined : after;
  if (next !== undefined) byStart.delete(next.prev);
  const { hash, key } = next ?? piece;
  const joined = {
    prev: before === undefined ? piece.prev : before.prev,
    hash,
    key,
    rows: (before?.rows ?? 0) + piece.rows + (next?.rows ?? 0),
  };
  byStart.set(joined.prev, joined);
  byEnd.set(joined.hash, joined);
  return true;
}
