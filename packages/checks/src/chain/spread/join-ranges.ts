import type { Head } from '../heads.ts';
import type { WalkedRows } from '../walk-rows.ts';
import type { Segment } from '../segments.ts';

/** What a range of the order holds, when nothing in it speaks against a whole chain. */
export interface WalkedRange extends Pick<WalkedRows, 'rows' | 'unchained' | 'unformatted' | 'fineRows'> {
  /** The scopes that have rows in it, with the segments of each. */
  readonly lines: readonly { readonly scope: string; readonly segments: readonly Segment[] }[];
}

/**
 * Joins ranges, in their order, to whole chains: one line in each scope, from the genesis through every segment.
 *
 * @returns null when they are none; a walk in order then tells what broke
 */
export function joinRanges(ranges: readonly WalkedRange[], genesis: string | null): WalkedRows | null {
  const scopes = new Map<string, Placed[]>();
  for (const [range, { lines }] of ranges.entries()) {
    for (const { scope, segments } of lines) {
      const placed = scopes.get(scope) ?? [];
      scopes.set(scope, placed);
      placed.push(...segments.map((segment) => ({ ...segment, range })));
    }
  }
  const heads: Head[] = [];
  let outOfOrder = 0;
  for (const [scope, segments] of scopes) {
    const joined = joinLine(segments, genesis);
    if (joined === null) return null;
    heads.push({ scope, ...joined.head });
    outOfOrder += joined.outOfOrder;
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
    outOfOrder,
  };
}

interface Placed extends Segment {
  readonly range: number;
}

function joinLine(
  segments: readonly Placed[],
  genesis: string | null,
): { readonly head: Pick<Head, 'rows' | 'hash' | 'key'>; readonly outOfOrder: number } | null {
  const byStart = new Map(segments.map((segment) => [segment.prev, segment]));
  if (byStart.size < segments.length) return null;
  let [rows, outOfOrder] = [0, 0];
  let last: Placed | undefined;
  // Of all rows so far, the last one in the order of reading is in this range, at this place.
  let latest = { range: -1, to: 0 };
  for (let next = byStart.get(genesis); next !== undefined; next = byStart.get(last.hash)) {
    byStart.delete(next.prev);
    const isEarly = next.range < latest.range || (next.range === latest.range && next.to < latest.to);
    // How many of its rows came before that one, only a walk can tell.
    if (!isEarly && next.range === latest.range && next.from < latest.to) return null;
    outOfOrder += isEarly ? next.rows : next.early;
    if (!isEarly) latest = next;
    rows += next.rows;
    last = next;
  }
  if (last === undefined || byStart.size > 0) return null;
  return { head: { rows, hash: last.hash, key: last.key }, outOfOrder };
}
