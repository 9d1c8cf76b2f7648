import type { Head } from '../heads.ts';
import type { WalkedRows } from '../walk-rows.ts';
import type { Segment } from '../segments.ts';

/** What a range of a table holds, when nothing in it speaks against a whole chain. */
export interface WalkedRange extends Pick<WalkedRows, 'rows' | 'unchained' | 'unformatted' | 'fineRows'> {
  /** The scopes that have rows in it, with the segments of each. */
  readonly lines: readonly { readonly scope: string; readonly segments: readonly Segment[] }[];
  /** How many rows the server counts in it. */
  readonly counted: number;
  /** Where the rows lie that were to be told of. */
  readonly places: readonly string[];
}

/**
 * Joins ranges to whole chains: one line in each scope, from the genesis through every segment.
 *
 * @returns null when they are none; a walk in order then tells what broke
 */
export function joinRanges(ranges: readonly WalkedRange[], genesis: string | null): WalkedRows | null {
  const scopes = new Map<string, Segment[]>();
  for (const { lines } of ranges) {
    for (const { scope, segments } of lines) {
      const all = scopes.get(scope) ?? [];
      scopes.set(scope, all);
      for (const segment of segments) all.push(segment);
    }
  }
  const heads: Head[] = [];
  for (const [scope, segments] of scopes) {
    const head = joinLine(segments, genesis);
    if (head === null) return null;
    heads.push({ scope, ...head });
  }
  const sum = (count: 'rows' | 'unchained' | 'unformatted' | 'fineRows'): number =>
    ranges.reduce((total, range) => total + range[count], 0);
  return {
    rows: sum('rows'),
    unchained: sum('unchained'),
    unformatted: sum('unformatted'),
    fineRows: sum('fineRows'),
    coarseMismatches: 0,
    breaks: {},
    heads,
    // Nobody has looked at the order, nor needs to where the links are whole.
    unordered: true,
    outOfOrder: 0,
  };
}

function joinLine(segments: readonly Segment[], genesis: string | null): Pick<Head, 'rows' | 'hash' | 'key'> | null {
  const byStart = new Map(segments.map((segment) => [segment.prev, segment]));
  if (byStart.size < segments.length) return null;
  let rows = 0;
  let last: Segment | undefined;
  for (let next = byStart.get(genesis); next !== undefined; next = byStart.get(last.hash)) {
    byStart.delete(next.prev);
    rows += next.rows;
    last = next;
  }
  if (last === undefined || byStart.size > 0) return null;
  return { rows, hash: last.hash, key: last.key };
}
