import type { Head } from './heads.ts';
import type { Breaks, BreakKind, Misfit } from './observation.ts';
import { openEnds } from './open-ends.ts';
import type { End } from './open-ends.ts';
import { recentLinks } from './recent-links.ts';
import { waitingRows } from './waiting-rows.ts';

/** One row as the walk needs it. */
export interface LinkedRow {
  readonly key: string;
  readonly hash: string;
  /** Null when nothing is stored. */
  readonly prev: string | null;
  /** How the row does not fit its hash; null when it does. */
  readonly misfit: Misfit | null;
}

/** What a whole walk saw. */
export interface WalkResult {
  readonly head: Pick<Head, 'hash' | 'key' | 'ends'> | null;
  readonly breaks: { readonly [kind in BreakKind]?: Breaks };
  /** Rows that came before the one they follow. */
  readonly outOfOrder: number;
}

/** A walk under way. */
export interface ChainWalk {
  /** @param position the row's place in the order of reading, from 1 */
  add(row: LinkedRow, position: number): void;
  end(): WalkResult;
}

/** So many places where the chain broke off are kept, should anything follow there. */
const MOST_ENDS = 100;

/** So many links back a second row on the same one is told from a row that is gone. More would be kept long enough to burden the garbage collector. */
const RECENT_LINKS = 256;

/**
 * Walks a chain by its links, reading rows roughly in their order.
 *
 * A row that links to no end of the chain waits until the links lead to it, so that neither rows with the same timestamp nor writers that overtook each
 * other look like a break. When too many wait, or the rows end, the first one waiting is a break, and opens an end of its own. The end at which the chain
 * broke off stays open for what may still follow there, so that a stray row costs one break and is passed by.
 *
 * @param genesis what the first row stores as its `prev`
 * @param mostWaiting how many rows may wait
 * @param outside is told of each row that links to none that was read, where that need be no break: only a part of the chain is read
 */
export function chainWalk(
  genesis: string | null,
  mostWaiting: number,
  outside?: (row: LinkedRow, position: number) => void,
): ChainWalk {
  const waiting = waitingRows();
  const ends = openEnds(MOST_ENDS);
  const links = recentLinks(RECENT_LINKS);
  const found = breakCounts();
  let first: string | undefined;
  let outOfOrder = 0;

  const follow = ({ prev, hash }: LinkedRow): void => {
    links.remember(prev, hash);
  };
  /** Appends a row, then all that waited for it. */
  const append = (row: LinkedRow, to: End | undefined, position: number): void => {
    follow(row);
    let end = { key: row.key, hash: row.hash, position: Math.max(position, to?.position ?? 0) };
    for (let next = waiting.take(end.hash); next !== undefined; next = waiting.take(end.hash)) {
      follow(next);
      outOfOrder += 1;
      end = { key: next.key, hash: next.hash, position: Math.max(next.position, end.position) };
    }
    ends.put(end);
  };
  const linked = (row: LinkedRow, position: number): boolean => {
    const to = ends.take(row.prev);
    const begins = to === undefined && first === undefined && row.prev === genesis;
    if (begins) first = row.hash;
    if (to !== undefined || begins) append(row, to, position);
    return to !== undefined || begins;
  };
  /** True when another row follows the same one: there is nothing to wait for. */
  const brokenBesideAnother = (row: LinkedRow, position: number): boolean => {
    const other = row.prev === genesis ? first : links.followerOf(row.prev);
    if (other === undefined) return false;
    found.add(other === row.hash ? 'duplicate' : 'fork', position, row.key);
    if (other !== row.hash) append(row, undefined, position);
    return true;
  };
  const breakAtFirstWaiting = (): void => {
    const row = waiting.takeFirst();
    if (row === undefined || brokenBesideAnother(row, row.position)) return;
    if (outside) outside(row, row.position);
    else found.add(ends.head() === null ? 'prefix-missing' : 'link-mismatch', row.position, row.key);
    append(row, undefined, row.position);
  };

  return {
    add(row, position) {
      if (row.misfit !== null) found.add(row.misfit, position, row.key);
      if (linked(row, position) || brokenBesideAnother(row, position)) return;
      waiting.put({ ...row, position });
      if (waiting.size() > mostWaiting) breakAtFirstWaiting();
    },
    end() {
      while (waiting.size() > 0) breakAtFirstWaiting();
      const head = ends.head();
      const others = ends.others().map(({ hash }) => hash);
      return {
        head: head && { hash: head.hash, key: head.key, ...(others.length === 0 ? {} : { ends: others }) },
        breaks: found.breaks,
        outOfOrder,
      };
    },
  };
}

/** Counts breaks by kind, and keeps the first of each. */
function breakCounts(): {
  readonly breaks: WalkResult['breaks'];
  readonly add: (kind: BreakKind, position: number, key: string) => void;
} {
  const breaks: { [kind in BreakKind]?: Breaks } = {};
  return {
    breaks,
    add(kind, position, key) {
      const earlier = breaks[kind];
      const first = earlier !== undefined && earlier.first.position < position ? earlier.first : { position, key };
      breaks[kind] = { total: (earlier?.total ?? 0) + 1, first };
    },
  };
}
